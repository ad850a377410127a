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

/** Whether a figure is the provider's own, was counted by us, or is not known. */
const Source = Schema.Literals(["reported", "estimated", "unknown"])

/** Tokens of an attempt. An attempt that did not end is estimated from what was sent and received. */
export const Usage = Schema.Struct({
  source: Source,
  /** All of the prompt's, those read from a cache included. */
  inputTokens: Schema.optionalKey(Schema.Int),
  cachedInputTokens: Schema.optionalKey(Schema.Int),
  /** Reasoning included. */
  outputTokens: Schema.optionalKey(Schema.Int),
})
export type Usage = typeof Usage.Type

/** What an attempt cost, in US dollars; unknown where the model's price or its tokens are. */
export const Cost = Schema.Struct({ source: Source, usd: Schema.optionalKey(Schema.Number) })
export type Cost = typeof Cost.Type

/** What a run cost over all its attempts. */
export const Totals = Schema.Struct({
  inputTokens: Schema.Int,
  outputTokens: Schema.Int,
  usd: Schema.Number,
  /** False when the tokens or the price of an attempt are unknown: then these are lower bounds. */
  isComplete: Schema.Boolean,
})
export type Totals = typeof Totals.Type

/** Of a run that ended without telling its attempts. */
export const unknownTotals: Totals = { inputTokens: 0, outputTokens: 0, usd: 0, isComplete: false }

/** How a rescue continues a text: `fresh` when nothing of it was shown but reasoning, or when it was discarded. */
export const RescueMode = Schema.Literals(["prefill", "instruction", "fresh"])
export type RescueMode = typeof RescueMode.Type

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
  cost: Cost,
  /** Present when the attempt continued a text that another had begun. */
  rescue: Schema.optionalKey(RescueMode),
})
export type AttemptRecord = typeof AttemptRecord.Type

/** Why a step was passed over without a request. */
export const SkipReason = Schema.Struct({
  /** A sentence. */
  message: Schema.String,
  /** The configuration key that would make the step usable. */
  keyName: Schema.optionalKey(Schema.String),
  /** What the request needs and the target cannot do. */
  lacks: Schema.optionalKey(Schema.Array(Schema.String)),
  /** When the target can be asked again, in milliseconds since the epoch. */
  reopensAt: Schema.optionalKey(Schema.Number),
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
  event("plan-started", { runId: Schema.String, plan: AiPlan }),
  event("step-skipped", { step: Schema.Int, provider: Schema.String, reason: SkipReason }),
  event("attempt-started", {
    attempt: Schema.Int,
    step: Schema.Int,
    target: Target,
    /** `hedge`: beside another attempt; `rescue`: to continue an answer that was cut. Absent: to answer. */
    purpose: Schema.optionalKey(Schema.Literals(["hedge", "rescue"])),
    /** How it is asked to continue that answer; absent where it begins it anew. */
    mode: Schema.optionalKey(RescueMode),
  }),
  event("answer-started", {
    attempt: Schema.Int,
    target: Target,
    timeToFirstPart: Schema.DurationFromMillis,
  }),
  /** A rescue has begun: the text that follows continues the one before. */
  event("answer-resumed", {
    attempt: Schema.Int,
    target: Target,
    mode: RescueMode,
    timeToFirstPart: Schema.DurationFromMillis,
  }),
  /** Everything shown so far is taken back; only under `onPartial: "restart"`. */
  event("answer-discarded", { attempt: Schema.Int, target: Target }),
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
    usage: Usage,
    cost: Cost,
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
    /** Of the attempt that finished the answer. */
    usage: Usage,
    cost: Cost,
    attempts: Schema.Array(AttemptRecord),
    totals: Totals,
  }),
  event("plan-failed", {
    error: RunError,
    attempts: Schema.Array(AttemptRecord),
    totals: Totals,
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

/** The one event that ends a run. */
export type Terminal = Extract<PlanEventBody, { readonly type: "plan-completed" | "plan-failed" }>

export const isTerminal = (planEvent: { readonly type: PlanEvent["type"] }): boolean =>
  planEvent.type === "plan-completed" || planEvent.type === "plan-failed"
