/** Where a run stood when its log broke off. Pure. */
import * as Duration from "effect/Duration"
import type { AiPlan } from "./AiPlan"
import { isInterrupted } from "./attemptErrors"
import type { OpenAttempt, Purpose } from "./openAttempt"
import type { AttemptRecord, PlanEvent, RunError } from "./PlanEvent"
import { nothingShown, type Shown } from "./runState"

export interface RunSoFar {
  readonly runId: string
  /** With its models filled in. */
  readonly plan: AiPlan
  /** The number of the event that comes next. */
  readonly nextSequence: number
  /** Attempts that have ended, in the order in which they ended; all of them failed. */
  readonly ended: ReadonlyArray<PastAttempt>
  /** Requests that were under way when the log broke off: two where they ran side by side. */
  readonly open: ReadonlyArray<OpenAttempt>
  readonly shown: Readonly<Shown>
}

export interface PastAttempt {
  readonly record: AttemptRecord
  readonly error: RunError
  readonly purpose: Purpose
}

/**
 * Undefined while the run has not begun.
 * @param events of a run that has not ended, from its first one on; neighbouring pieces of text may be joined
 * @param nextSequence has to be given where they are joined
 */
export const runSoFar = (
  events: ReadonlyArray<PlanEvent>,
  nextSequence = (events.at(-1)?.sequence ?? -1) + 1,
): RunSoFar | undefined => {
  const [first] = events
  if (first?.type !== "plan-started") return undefined
  const { runId, plan } = first
  // A process that died while it told what the one before had left open.
  const endedAt = events.findLast((event) => !isInterruption(event))?.at ?? first.at
  const { ended, open, shown } = events.reduce(follow, {
    ended: [],
    open: new Map(),
    shown: nothingShown(),
    writer: undefined,
  })
  return {
    runId,
    plan,
    nextSequence,
    ended,
    open: [...open.values()].map((seen) => openAttempt(seen, endedAt)),
    shown,
  }
}

type Of<Type extends PlanEvent["type"]> = Extract<PlanEvent, { readonly type: Type }>

/** What the events say of one attempt. */
interface Seen {
  readonly started: Of<"attempt-started">
  readonly textBefore: string
  begun: Of<"answer-started"> | Of<"answer-resumed"> | undefined
  emitted: number
  received: string
}

interface Sight {
  readonly ended: Array<PastAttempt>
  readonly open: Map<number, Seen>
  shown: Shown
  /** Whose text and thoughts are being handed on. */
  writer: Seen | undefined
}

/** Changes what it is given: logs are long. */
const follow = (sight: Sight, event: PlanEvent): Sight => {
  const { open, shown, writer } = sight
  switch (event.type) {
    case "attempt-started":
      open.set(event.attempt, {
        started: event,
        textBefore: shown.text,
        begun: undefined,
        emitted: 0,
        received: "",
      })
      break
    case "answer-started":
    case "answer-resumed":
      shown.anything = true
      sight.writer = open.get(event.attempt)
      if (sight.writer !== undefined) sight.writer.begun = event
      break
    case "answer-discarded":
      sight.shown = { ...nothingShown(), anything: true }
      break
    case "text-delta":
      shown.text += event.text
      if (writer === undefined) break
      writer.emitted += event.text.length
      writer.received += event.text
      break
    case "reasoning-delta":
      if (writer !== undefined) writer.received += event.text
      break
    case "tool-call":
      shown.toolCalls += 1
      break
    case "attempt-failed": {
      const seen = open.get(event.attempt)
      if (seen !== undefined) sight.ended.push(pastAttempt(seen, event))
      open.delete(event.attempt)
      break
    }
    default:
      break
  }
  return sight
}

const isInterruption = (event: PlanEvent): boolean =>
  event.type === "attempt-failed" && isInterrupted(event.error)

const openAttempt = (
  { started, textBefore, begun, emitted, received }: Seen,
  endedAt: number,
): OpenAttempt => ({
  attempt: started.attempt,
  step: started.step,
  target: started.target,
  purpose: started.purpose ?? "answer",
  rescue: started.mode,
  textBefore,
  duration: Duration.millis(endedAt - started.at),
  timeToFirstPart: begun?.timeToFirstPart,
  emitted,
  received,
})

const pastAttempt = ({ started, begun }: Seen, failed: Of<"attempt-failed">): PastAttempt => {
  const { attempt, step, target, error, duration, emitted, usage, cost } = failed
  return {
    record: {
      attempt,
      step,
      target,
      error,
      duration,
      ...(begun === undefined ? {} : { timeToFirstPart: begun.timeToFirstPart }),
      emitted,
      usage,
      cost,
      ...(started.mode === undefined ? {} : { rescue: started.mode }),
    },
    error,
    purpose: started.purpose ?? "answer",
  }
}
