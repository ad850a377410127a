/** What a failed attempt leaves behind: in the run, in what is known of its target, and in the target's health. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Ask } from "./Ask"
import { rejectedFeature } from "./capability"
import type { Permit } from "./health/TargetHealth"
import type { AttemptRecord, RunError } from "./PlanEvent"
import type { UsableStep } from "./ResolvedStep"
import type { Run } from "./Run"
import { emptyAnswer } from "./runState"
import { isPermanent, verdict, type Verdict } from "./verdict"

export interface FailedAttempt {
  readonly ask: Asked
  readonly record: AttemptRecord
  readonly error: RunError
  /** Whether its answer had begun. */
  readonly begun: boolean
}

/** What its failure depends on of what was asked. */
type Asked = Pick<Ask, "index" | "step" | "phase" | "rescue"> & {
  readonly usable: Pick<UsableStep, "target" | "facts">
}

export const settle = Effect.fnUntraced(function* (run: Run, failure: FailedAttempt, permit: Permit) {
  const { ask, error, begun } = failure
  const { target } = ask.usable
  const ruling = yield* judge(run, failure)
  if (!begun) yield* permit.failed(ruling, error.message)
  else if (ruling.breaker !== "ignored") yield* run.health.broke(target, error.message)
  return ruling
})

/** The part that is about the run alone, whose target's health has heard of it before. */
export const judge = Effect.fnUntraced(function* (run: Run, failure: FailedAttempt) {
  const ruling = yield* rulingOn(run, failure)
  yield* remember(run, failure, ruling)
  return ruling
})

const rulingOn = Effect.fnUntraced(function* (run: Run, { ask, error, begun }: FailedAttempt) {
  const { phase, step } = ask
  const kind = kindOf(error)
  const failures = run.state.steps[ask.index]?.failures
  const sameReason = (failures?.get(kind) ?? 0) + 1
  failures?.set(kind, sameReason)
  const ruling = verdict(error, { committed: begun, sameReason, onRefusal: step.onRefusal, phase })
  const feature = isRejectedPrefill(ask, error) ? "prefill" : rejectedFeatureOf(error)
  if (feature === undefined) return ruling
  yield* run.steps.learn(ask.usable.target, feature)
  // A target that lacks one thing is left alone only by the requests that need it, and another may have it.
  const told: Verdict = {
    ...ruling,
    then:
      error._tag === "AIProviderError" && error.reason === "InvalidRequest" && !begun ? "next" : ruling.then,
    cool: { _tag: "None" },
  }
  return feature === "prefill" ? { ...told, breaker: "ignored" as const } : told
})

/** What later moves of the run depend on. */
const remember = Effect.fnUntraced(function* (run: Run, failure: FailedAttempt, { cool, then }: Verdict) {
  const { state } = run
  const { ask, error, record } = failure
  const step = state.steps[ask.index]
  if (step !== undefined) step.isRuledOut ||= isPermanent(error) && !isRejectedPrefill(ask, error)
  const kind = kindOf(error)
  if (kind === "EmptyAnswer") state.emptyAnswer = emptyAnswer(record, state)
  if (kind === "RateLimited" && cool._tag === "Target" && error._tag === "AIProviderError") {
    const now = yield* Clock.currentTimeMillis
    state.cooling.set(ask.index, now + Duration.toMillis(error.retryAfter ?? cool.duration))
  } else state.cooling.delete(ask.index)
  const { contextWindow } = ask.usable.facts
  if (then === "larger-window" && contextWindow !== undefined) {
    state.outgrown = Math.max(contextWindow, state.outgrown ?? 0)
  }
})

const kindOf = (error: RunError): string => (error._tag === "AIProviderError" ? error.reason : error._tag)

const rejectedFeatureOf = (error: RunError) =>
  error._tag === "AIProviderError" ? rejectedFeature(error) : undefined

/** Any 400 to a prefilled request counts as one: the same conversation passed a moment ago. */
export const isRejectedPrefill = ({ rescue }: Pick<Ask, "rescue">, error: RunError): boolean =>
  rescue === "prefill" && error._tag === "AIProviderError" && error.status === 400
