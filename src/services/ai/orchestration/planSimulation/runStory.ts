/** One run of a simulation, as its events told it: how it ended, when, and whom it asked. Pure. */
import * as Duration from "effect/Duration"
import { nameOf, type PlanEvent, type RunError } from "../PlanEvent"
import type { Outcome, Way } from "./SimulationReport"

export interface RunStory {
  readonly outcome: Outcome
  /** From the question to the first visible part; absent where none was shown. */
  readonly firstWord?: Duration.Duration
  readonly whole: Duration.Duration
  readonly requests: ReadonlyArray<RequestStory>
  /** Targets that were passed over, by step, from 0. */
  readonly passedOver: ReadonlyArray<number>
  readonly usd: number
  readonly isPriced: boolean
  /** What the consumer has read. */
  readonly text: string
}

export interface RequestStory {
  readonly target: string
  readonly kind: "first" | "retry" | "hedge" | "rescue"
  readonly failed: boolean
}

type Of<Type extends PlanEvent["type"]> = Extract<PlanEvent, { readonly type: Type }>

/** @param events all of one run, from `plan-started` to its terminal event */
export const storyOf = (events: ReadonlyArray<PlanEvent>): RunStory => {
  const only = <Type extends PlanEvent["type"]>(type: Type): ReadonlyArray<Of<Type>> =>
    events.filter((event): event is Of<Type> => event.type === type)
  const begun = only("attempt-started")
  const failed = new Set(only("attempt-failed").map(({ attempt }) => attempt))
  const [shown] = only("answer-started")
  const ending = events.at(-1)
  const start = events[0]?.at ?? 0
  const isEnd = ending?.type === "plan-completed" || ending?.type === "plan-failed"
  return {
    outcome: outcomeOf(ending, begun, only("text-delta").length > 0),
    ...(shown === undefined ? {} : { firstWord: Duration.millis(shown.at - start) }),
    whole: Duration.millis((ending?.at ?? start) - start),
    requests: begun.map(({ attempt, target, purpose }, index) => ({
      target: nameOf(target),
      kind:
        purpose ??
        (begun.slice(0, index).some((earlier) => nameOf(earlier.target) === nameOf(target))
          ? "retry"
          : "first"),
      failed: failed.has(attempt),
    })),
    passedOver: only("step-skipped").map(({ step }) => step),
    usd: isEnd ? ending.totals.usd : 0,
    isPriced: isEnd && ending.totals.isComplete,
    text: textOf(events),
  }
}

const outcomeOf = (
  ending: PlanEvent | undefined,
  begun: ReadonlyArray<Of<"attempt-started">>,
  hasText: boolean,
): Outcome => {
  if (ending?.type === "plan-completed") {
    return hasText
      ? { _tag: "Complete", target: nameOf(ending.target), way: wayOf(ending, begun) }
      : { _tag: "Empty" }
  }
  if (ending?.type !== "plan-failed") return { _tag: "Failed", reason: "Unended" }
  const reason = reasonOf(ending.error)
  if (ending.partial) return { _tag: "Incomplete", reason }
  return isPatience(reason) ? { _tag: "RateLimited" } : { _tag: "Failed", reason }
}

const reasonOf = (error: RunError): string =>
  error._tag === "AIProviderError" ? error.reason : "Configuration"

const isPatience = (reason: string): boolean => reason === "RateLimited" || reason === "QuotaExhausted"

/** The last request that did not fail has answered. */
const wayOf = ({ attempts }: Of<"plan-completed">, begun: ReadonlyArray<Of<"attempt-started">>): Way => {
  const answer = attempts.findLast(({ error }) => error === undefined)
  const purpose = begun.find(({ attempt }) => attempt === answer?.attempt)?.purpose
  if (purpose !== undefined) return purpose
  if ((answer?.step ?? 0) > 0) return "fallback"
  return answer?.attempt === 1 ? "first-try" : "retry"
}

const textOf = (events: ReadonlyArray<PlanEvent>): string => {
  let text = ""
  for (const event of events) {
    if (event.type === "text-delta") text += event.text
    if (event.type === "answer-discarded") text = ""
  }
  return text
}
