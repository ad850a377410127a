/** A plan: whom to ask, how often, and within which limits. Data; `PlanExecutor` interprets it. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { vendorKeys } from "../core/models"

/** `"100 millis"`, `"8 seconds"`, …: what `Duration.fromInput` reads. */
const PlanDuration = Schema.DurationFromString

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

/** Waits between two attempts on one target: `base · 2ⁿ`, jittered by ±20 %, never more than `max`. */
export const Backoff = Schema.Struct({ base: PlanDuration, max: PlanDuration })
export type Backoff = typeof Backoff.Type

export const AiPlanStep = Schema.Struct({
  /** The provider's key, e.g. `openai`. */
  provider: Schema.NonEmptyString,
  /** The configured or default model when absent. */
  model: Schema.optionalKey(Schema.NonEmptyString),
  /** The most requests to this target. */
  attempts: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10 })).pipe(
    Schema.withConstructorDefault(Effect.succeed(1)),
  ),
  backoff: Backoff.pipe(Schema.withConstructorDefault(Effect.succeed(defaults.backoff))),
  /** How long the first visible part may take; by default what is known of the model. */
  firstPart: Schema.optionalKey(PlanDuration),
  stall: PlanDuration.pipe(Schema.withConstructorDefault(Effect.succeed(defaults.stall))),
  /** What follows when this provider's policy refuses the content. */
  onRefusal: Schema.Literals(["stop", "next"]).pipe(
    Schema.withConstructorDefault(Effect.succeed("stop" as const)),
  ),
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
  deadline: PlanDuration.pipe(Schema.withConstructorDefault(Effect.succeed(defaults.deadline))),
  /** What to do with an answer that is cut after it began. All three fail today: continuing it is not done yet. */
  onPartial: Schema.Literals(["resume", "restart", "fail"]).pipe(
    Schema.withConstructorDefault(Effect.succeed("resume" as const)),
  ),
  maxAttempts: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 })).pipe(
    Schema.withConstructorDefault(Effect.succeed(defaults.maxAttempts)),
  ),
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

  /** The same plan with other steps. */
  withSteps(steps: AiPlan["steps"]): AiPlan {
    const { name, deadline, onPartial, maxAttempts } = this
    return AiPlan.make({ name, steps, deadline, onPartial, maxAttempts })
  }
}
