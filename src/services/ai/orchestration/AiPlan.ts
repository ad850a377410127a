/** A plan: whom to ask, how often, and within which limits. Data; `PlanExecutor` interprets it. */
import type * as LanguageModel from "effect/ai/LanguageModel"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { GenerationParameters } from "../core/GenerationOptions"
import { vendorKeys } from "../core/models"

/** `"100 millis"`, `"8 seconds"`, …: what `Duration.fromInput` reads. No wait is without an end. */
const PlanDuration = Schema.DurationFromString.check(
  Schema.makeFilter(Duration.between({ minimum: Duration.zero, maximum: Duration.hours(24) }), {
    expected: 'a duration of at most 24 hours, such as "30 seconds"',
  }),
)

/** The documented defaults of a plan and its steps. */
export const defaults = {
  /** Requests to the preferred target. */
  preferredAttempts: 3,
  backoff: { base: Duration.millis(100), max: Duration.seconds(8) },
  /** The longest silence inside an answer. */
  stall: Duration.seconds(10),
  /** Bounds waits, and attempts until the answer has begun. */
  deadline: Duration.seconds(120),
  /** Requests of one run, over all its steps. */
  maxAttempts: 6,
  /** A longer wait is not waited for while another target can be asked. */
  longestWaitBeforeSwitch: Duration.seconds(3),
}

/** A field with its value where nothing is said of it: in a plan that is made here as in one that is read. */
const withDefault = <S extends Schema.Constraint & Schema.WithoutConstructorDefault>(
  schema: S,
  value: S["Type"],
) =>
  Schema.withConstructorDefault<Schema.withDecodingDefaultTypeKey<S>>(Effect.succeed(value))(
    Schema.withDecodingDefaultTypeKey<S>(Effect.succeed(value))(schema),
  )

/** Waits between two attempts on one target: `base · 2ⁿ`, jittered by ±20 %, never more than `max`. */
export const Backoff = Schema.Struct({
  base: withDefault(PlanDuration, defaults.backoff.base),
  max: withDefault(PlanDuration, defaults.backoff.max),
})
export type Backoff = typeof Backoff.Type

/** `after`: the wait before the second request; by default the target's usual time to the first part (95 of 100). */
export const Hedge = Schema.Struct({ after: Schema.optionalKey(PlanDuration) })
export type Hedge = typeof Hedge.Type

export const AiPlanStep = Schema.Struct({
  /** The provider's key, e.g. `openai`. */
  provider: Schema.NonEmptyString,
  /** The configured or default model when absent. */
  model: Schema.optionalKey(Schema.NonEmptyString),
  /** The most requests to this target. */
  attempts: withDefault(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10 })), 1),
  backoff: withDefault(Backoff, defaults.backoff),
  /** How long the first visible part may take; by default what is known of the model. */
  firstPart: Schema.optionalKey(PlanDuration),
  stall: withDefault(PlanDuration, defaults.stall),
  /** Asks the next target as well when no part has come by then; the first to begin answers. Off when absent. */
  hedge: Schema.optionalKey(Hedge),
  /** What follows when this provider's policy refuses the content. */
  onRefusal: withDefault(Schema.Literals(["stop", "next"]), "stop"),
})
export type AiPlanStep = typeof AiPlanStep.Type

/** Whom to prefer: the provider's key, in any case, and its model. */
export const PreferredProviderConfig = Schema.Struct({
  key: Schema.NonEmptyString,
  modelName: Schema.optionalKey(Schema.NonEmptyString),
})
export type PreferredProviderConfig = typeof PreferredProviderConfig.Type

export class AiPlan extends Schema.Class<AiPlan>("AiPlan")({
  name: Schema.String,
  steps: Schema.NonEmptyArray(AiPlanStep),
  deadline: withDefault(PlanDuration, defaults.deadline),
  /**
   * What to do with an answer that is cut after it began: continue it with another target; take it back and begin anew
   * (only for consumers that can take text back, the others get `resume`); or end with what there is, marked as incomplete.
   */
  onPartial: withDefault(Schema.Literals(["resume", "restart", "fail"]), "resume"),
  maxAttempts: withDefault(
    Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 })),
    defaults.maxAttempts,
  ),
  /** Bounds the whole run, also an answer that makes progress; no bound when absent. */
  maxDuration: Schema.optionalKey(PlanDuration),
}) {
  /**
   * The preferred provider with three attempts, then OpenAI, Anthropic and Ollama once each, without the preferred.
   * Providers that cannot be asked are skipped by the run, which says so; Ollama is a step only when it is ready.
   * A simulated run ends with the simulator that never fails, so that a fallback can be seen without any key.
   * @param ready the keys of the providers that can be asked now
   */
  static fromPreferred(preferred: PreferredProviderConfig, ready: ReadonlySet<string>): AiPlan {
    const provider = preferred.key.trim().toLowerCase()
    const first = AiPlanStep.make({
      provider: preferred.key,
      ...(preferred.modelName === undefined ? {} : { model: preferred.modelName }),
      attempts: defaults.preferredAttempts,
    })
    const fallbacks = vendorKeys
      .filter((key) => key !== provider && (key !== "ollama" || ready.has(key)))
      .map((key) => AiPlanStep.make({ provider: key }))
    const mayFail =
      provider === "simulator" && preferred.modelName !== undefined && preferred.modelName !== "steady"
    const rehearsal = mayFail ? [AiPlanStep.make({ provider, model: "steady" })] : []
    return AiPlan.make({ name: "default", steps: [first, ...fallbacks, ...rehearsal] })
  }

  /**
   * The plan as an `effect/ai` model: whatever is written for one (tools, structured output, `Chat`) runs under it.
   * @param sampling sent with every request, to the targets that take it
   */
  static layer(
    plan: AiPlan,
    sampling: Sampling = {},
  ): Layer.Layer<LanguageModel.LanguageModel, never, PlanLanguageModels> {
    return Layer.unwrap(Effect.map(PlanLanguageModels, (models) => models.layer(plan, sampling)))
  }

  /** The same plan with some things changed. */
  with(changes: Partial<Pick<AiPlan, "steps" | "onPartial">>): AiPlan {
    return AiPlan.make(Object.assign({}, this, changes))
  }
}

/** What `effect/ai` does not ask for at a request. */
export type Sampling = Pick<
  GenerationParameters,
  "temperature" | "topP" | "maxOutputTokens" | "stopSequences"
>

/** Makes models out of plans. A tag of its own, so that the page can read plans without the engine that runs them. */
export class PlanLanguageModels extends Context.Service<
  PlanLanguageModels,
  {
    readonly layer: (plan: AiPlan, sampling: Sampling) => Layer.Layer<LanguageModel.LanguageModel>
  }
>()("PlanLanguageModels") {}
