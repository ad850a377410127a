/** The engine behind every door: a plan and a conversation in `effect/ai`'s vocabulary in, the events of the run out. */
import type * as Prompt from "effect/ai/Prompt"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { AiError } from "../core/AgentLanguageModel"
import type { AIConfigurationError } from "../core/AIConfigurationError"
import type { GenerationParameters } from "../core/GenerationOptions"
import type { AiPlan } from "./AiPlan"
import type { PlanEvent } from "./PlanEvent"
import type { RunSoFar } from "./runSoFar"

export interface RunRequest {
  readonly plan: AiPlan
  readonly prompt: Prompt.Prompt
  readonly options?: GenerationParameters
  /** Made by the run when absent. */
  readonly runId?: string
  /**
   * The run goes on where its log broke off: under the plan and the id of the log, with the event after its last one.
   * Deadline and longest time count anew.
   */
  readonly soFar?: RunSoFar
  /** Told before the run fails because its plan names a preferred provider that does not exist. */
  readonly onNotBuilt?: (error: AIConfigurationError) => Effect.Effect<void>
  /** Told with the error of a run that failed. */
  readonly onFailed?: (error: AiError) => Effect.Effect<void>
}

export class PlanRunner extends Context.Service<
  PlanRunner,
  {
    /**
     * Never fails; ends with exactly one `plan-completed` or `plan-failed`. `onPartial: "restart"` sends
     * `answer-discarded`, so a consumer that cannot take text back asks for another.
     */
    readonly run: (request: RunRequest) => Stream.Stream<PlanEvent>
  }
>()("PlanRunner") {}
