/** One attempt of a run: its admission, its limits, its events, its record, and what its failure means. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { costOf } from "./accounting"
import type { AiPlanStep } from "./AiPlan"
import { plainVoice, rescuerVoice } from "./answerVoice"
import { runAttempt, type Outcome } from "./attempt"
import type { AdmissionRequest, Closure, Permit } from "./health/TargetHealth"
import type { AttemptRecord, RescueMode, RunError, Usage } from "./PlanEvent"
import type { Race } from "./race"
import type { UsableStep } from "./ResolvedStep"
import type { Run } from "./Run"
import { nothingShown } from "./runState"
import { attemptSpan, endAttemptSpan } from "./spans"
import { roomFor } from "./timing"
import { settle } from "./settle"
import type { Position, Verdict } from "./verdict"

export interface Ask {
  /** Of the step in the plan, from 0. */
  readonly index: number
  readonly step: AiPlanStep
  readonly usable: UsableStep
  readonly kind: AdmissionRequest["kind"]
  readonly phase: Position["phase"]
  /** The first-part limits of the targets that could still be asked; each keeps room before the deadline. */
  readonly others: ReadonlyArray<Duration.Duration>
  /** How the text shown so far is continued; absent when the attempt answers from the beginning. */
  readonly rescue?: RescueMode
  /** Against another attempt that runs at the same time. */
  readonly race?: Race
}

export type Result =
  | { readonly _tag: "Refused"; readonly closure: Closure }
  | { readonly _tag: "Answered"; readonly record: AttemptRecord; readonly outcome: Extract<Outcome, { _tag: "Answered" }> }
  | Failure

export interface Failure {
  readonly _tag: "Failed"
  readonly error: RunError
  readonly begun: boolean
  readonly ruling: Verdict
  readonly record: AttemptRecord
}

/** Refused without a request where the target is closed off. */
export const askTarget = (run: Run, ask: Ask): Effect.Effect<Result> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { target, keyId } = ask.usable
      const admission = yield* run.health.admit({
        target,
        kind: ask.kind,
        ...(keyId === undefined ? {} : { keyId }),
      })
      return admission._tag === "Refused" ? admission : yield* carryOut(run, ask, admission)
    }),
  )

const carryOut = Effect.fnUntraced(function* (run: Run, ask: Ask, permit: Permit) {
  const { state, sink } = run
  const { index, step, usable, rescue, race } = ask
  const { target } = usable
  const stepState = state.steps[index]
  if (stepState !== undefined) stepState.asked += 1
  state.started += 1
  const attempt = state.started
  if (state.left !== undefined && ask.kind !== "hedge") {
    yield* sink.tell([{ type: "target-switched", from: state.left.from, to: target, cause: state.left.cause }])
    state.left = undefined
  }
  yield* sink.tell([{ type: "attempt-started", attempt, step: index, target, ...purposeOf(ask) }])

  const continuation =
    rescue === undefined || rescue === "fresh" ? undefined : { mode: rescue, text: state.shown.text }
  const own = step.firstPart ?? usable.firstPart
  const firstPart = roomFor(own, state.deadlineAt - (yield* Clock.currentTimeMillis), ask.others)
  const outcome = yield* attemptSpan(attempt, target)(
    Effect.tap(
      runAttempt({
        target,
        parts: Stream.suspend(() => usable.ask(continuation)),
        firstPart,
        boundByDeadline: ask.others.length === 0 && Duration.isLessThan(firstPart, own),
        stall: step.stall,
        endsAt: state.endsAt,
        voice: rescue === undefined ? plainVoice : rescuerVoice(rescue, state.shown.text),
        begin: (timeToFirstPart) => begin(run, { ask, attempt, permit, timeToFirstPart }),
        ...(race === undefined ? {} : { superseded: race.lostBy(attempt) }),
        handOn: (bodies) => {
          note(run, bodies)
          return sink.handOn(bodies)
        },
      }),
      endAttemptSpan,
    ),
  )
  const usage = usageOf(outcome, (received) => run.steps.estimate(received, continuation))
  const record: AttemptRecord = {
    attempt,
    step: index,
    target,
    ...(outcome._tag === "Failed" ? { error: outcome.error } : {}),
    duration: outcome.duration,
    ...(outcome.timeToFirstPart === undefined ? {} : { timeToFirstPart: outcome.timeToFirstPart }),
    emitted: outcome.emitted,
    usage,
    cost: costOf(usage, usable.facts),
    ...(rescue === undefined ? {} : { rescue }),
  }
  state.attempts.push(record)
  if (outcome._tag === "Answered") return { _tag: "Answered" as const, outcome, record }

  const { error, begun } = outcome
  const ruling = yield* settle(run, { ask, permit, record, error, begun })
  const { duration, emitted, cost } = record
  yield* sink.tell([
    { type: "attempt-failed", attempt, step: index, target, error, duration, emitted, usage, cost },
  ])
  return { _tag: "Failed" as const, error, begun, ruling, record }
})

const purposeOf = ({ kind, phase }: Ask) => {
  if (kind === "hedge") return { purpose: "hedge" as const }
  return phase === "answer" ? {} : { purpose: "rescue" as const }
}

interface Beginning {
  readonly ask: Ask
  readonly attempt: number
  readonly permit: Permit
  readonly timeToFirstPart: Duration.Duration
}

const begin = Effect.fnUntraced(function* (run: Run, { ask, attempt, permit, timeToFirstPart }: Beginning) {
  const { state, sink } = run
  const { target } = ask.usable
  if (ask.race !== undefined && !(yield* ask.race.claim(attempt))) return false
  // Only now: should no target begin anew, the consumer keeps what it has.
  const isRestart = ask.phase === "rescue" && ask.rescue === undefined
  if (isRestart) state.shown = nothingShown()
  state.shown.anything = true
  yield* sink.tell([
    ...(isRestart ? [{ type: "answer-discarded" as const, attempt, target }] : []),
    ask.rescue === undefined
      ? { type: "answer-started", attempt, target, timeToFirstPart }
      : { type: "answer-resumed", attempt, target, mode: ask.rescue, timeToFirstPart },
  ])
  yield* permit.succeeded(timeToFirstPart)
  return true
})

/** Keeps what the consumer sees, which is what a rescuer has to continue. */
const note = ({ state }: Run, bodies: Parameters<Run["sink"]["handOn"]>[0]): void => {
  for (const body of bodies) {
    if (body.type === "text-delta") state.shown.text += body.text
    if (body.type === "tool-call") state.shown.toolCalls += 1
  }
}

/** What the provider reported; else an estimate; nothing at all for a request that was refused or not taken. */
const usageOf = (outcome: Outcome, estimate: (received: string) => Usage): Usage => {
  if (outcome.usage !== undefined) return outcome.usage
  if (outcome._tag === "Failed" && isUnbilled(outcome.error)) {
    return { source: "estimated", inputTokens: 0, outputTokens: 0 }
  }
  return estimate(outcome.received)
}

const isUnbilled = (error: RunError): boolean =>
  error._tag === "AIConfigurationError" ||
  error.reason === "ConnectionFailed" ||
  (error.status !== undefined && error.status !== 200)
