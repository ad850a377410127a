/** A step of a plan as it can be carried out now. */
import type * as Response from "effect/ai/Response"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { AiError } from "../core/AgentLanguageModel"
import type { ModelFacts } from "../core/models"
import type { AiPlanStep } from "./AiPlan"
import type { Feature } from "./capability"
import type { RescueMode, SkipReason, Target, Usage } from "./PlanEvent"

/** The text that a rescuer has to continue, and how it is asked to. */
export interface Continuation {
  readonly mode: Exclude<RescueMode, "fresh">
  readonly text: string
}

export interface UsableStep {
  readonly _tag: "Usable"
  readonly target: Target
  /** Of the table, the configuration, and what the target's own refusals taught. */
  readonly facts: ModelFacts
  /** Tells one key of the provider from another. */
  readonly keyId?: string
  /** The configuration key that holds it. */
  readonly keyName?: string
  /** How long the first part of this target may take. */
  readonly firstPart: Duration.Duration
  readonly ask: (continuation?: Continuation) => Stream.Stream<Response.StreamPartEncoded, AiError>
}

export type ResolvedStep = UsableStep | { readonly _tag: "Skipped"; readonly reason: SkipReason }

/** What the executor asks of its surroundings about steps and targets. */
export interface Steps {
  /** Asked anew whenever a step is entered or counted on, so that a mended key is seen. */
  readonly resolve: (step: AiPlanStep) => Effect.Effect<ResolvedStep>
  /** A refusal taught what a target cannot do; the next `resolve` knows it. */
  readonly learn: (target: Target, feature: Feature) => Effect.Effect<void>
  /** Tokens of an attempt whose provider did not tell them. */
  readonly estimate: (received: string, continuation?: Continuation) => Usage
}
