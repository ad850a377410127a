/** Everything that happens in a run, in order. The text, the timeline, telemetry and logs are projections of this. */
import * as Response from "effect/ai/Response"
import * as Schema from "effect/Schema"
import { AIConfigurationError } from "../core/AIConfigurationError"
import { AIProviderError } from "../core/AIProviderError"
import { AiPlan } from "./AiPlan"

/** Whom a request goes to. */
export const Target = Schema.Struct({ provider: Schema.String, model: Schema.String })
export type Target = typeof Target.Type

/** As people write it: `openai/gpt-5.4`. */
export const nameOf = ({ provider, model }: Target): string => `${provider}/${model}`

export const RunError = Schema.Union([AIProviderError, AIConfigurationError])
export type RunError = typeof RunError.Type

/** Tokens of an attempt: as the provider reported them, or unknown. */
export const Usage = Schema.Struct({
  source: Schema.Literals(["reported", "unknown"]),
  inputTokens: Schema.optionalKey(Schema.Int),
  outputTokens: Schema.optionalKey(Schema.Int),
})
export type Usage = typeof Usage.Type

/** One request to a target, as the run's record keeps it. */
export const AttemptRecord = Schema.Struct({
  /** From 1, over the whole run. */
  attempt: Schema.Int,
  /** From 0, in the plan. */
  step: Schema.Int,
  target: Target,
  /** Absent when the attempt answered. */
  error: Schema.optionalKey(RunError),
  duration: Schema.DurationFromMillis,
  timeToFirstPart: Schema.optionalKey(Schema.DurationFromMillis),
  /** Characters of text that were handed on. */
  emitted: Schema.Int,
  usage: Usage,
})
export type AttemptRecord = typeof AttemptRecord.Type

/** Why a step was passed over without a request. */
export const SkipReason = Schema.Struct({
  /** A sentence. */
  message: Schema.String,
  /** The configuration key that would make the step usable. */
  keyName: Schema.optionalKey(Schema.String),
})
export type SkipReason = typeof SkipReason.Type

const event = <const Type extends string, Fields extends Schema.Struct.Fields>(type: Type, fields: Fields) =>
  Schema.Struct({
    type: Schema.Literal(type),
    /** From 0, without gaps. */
    sequence: Schema.Int,
    /** Milliseconds since the epoch. */
    at: Schema.Number,
    ...fields,
  })

export const PlanEvent = Schema.Union([
  event("plan-started", { plan: AiPlan }),
  event("step-skipped", { step: Schema.Int, provider: Schema.String, reason: SkipReason }),
  event("attempt-started", { attempt: Schema.Int, step: Schema.Int, target: Target }),
  event("answer-started", {
    attempt: Schema.Int,
    target: Target,
    timeToFirstPart: Schema.DurationFromMillis,
  }),
  event("text-delta", { text: Schema.String }),
  event("reasoning-delta", { text: Schema.String }),
  event("tool-call", { id: Schema.String, name: Schema.String, params: Schema.Unknown }),
  event("attempt-failed", {
    attempt: Schema.Int,
    step: Schema.Int,
    target: Target,
    error: RunError,
    duration: Schema.DurationFromMillis,
    emitted: Schema.Int,
  }),
  event("retry-scheduled", {
    step: Schema.Int,
    target: Target,
    delay: Schema.DurationFromMillis,
    /** Whether the provider asked for this wait. */
    askedByProvider: Schema.Boolean,
    /** Why, in a sentence. */
    cause: Schema.String,
  }),
  event("target-switched", { from: Target, to: Target, cause: Schema.String }),
  event("plan-completed", {
    target: Target,
    finishReason: Response.FinishReason,
    usage: Usage,
    attempts: Schema.Array(AttemptRecord),
  }),
  event("plan-failed", {
    error: RunError,
    attempts: Schema.Array(AttemptRecord),
    /** When a provider can be asked again. */
    retryAfter: Schema.optionalKey(Schema.DurationFromMillis),
    /** Whether a part of the answer was shown. */
    partial: Schema.Boolean,
  }),
])
export type PlanEvent = typeof PlanEvent.Type

/** An event before the run gives it its number and time. */
export type PlanEventBody = PlanEvent extends infer Event
  ? Event extends PlanEvent
    ? Omit<Event, "sequence" | "at">
    : never
  : never

export const isTerminal = (planEvent: { readonly type: PlanEvent["type"] }): boolean =>
  planEvent.type === "plan-completed" || planEvent.type === "plan-failed"
