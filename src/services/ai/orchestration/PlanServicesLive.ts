/** The engine and its doors over a registry of one's own, above an app that has an engine already. */
import * as Layer from "effect/Layer"
import type { ConfigurationService } from "../../configuration"
import type { TelemetryService } from "../../telemetry"
import type { ProviderRegistry } from "../core/ProviderRegistry"
import type { PlanLanguageModels } from "./AiPlan"
import { ChatOrchestratorServiceLive, type ChatOrchestratorService } from "./ChatOrchestratorService"
import type { TargetHealth } from "./health/TargetHealth"
import { PlanLanguageModelsLive } from "./PlanLanguageModel"
import type { PlanRunner } from "./PlanRunner"
import { PlanRunnerLive } from "./PlanRunnerLive"

/**
 * Fresh: Effect builds a layer once, so that without it the app's engine would be taken, which knows only the app's
 * registry. The health of the targets stays the app's.
 */
export const PlanServicesLive: Layer.Layer<
  ChatOrchestratorService | PlanLanguageModels | PlanRunner,
  never,
  ConfigurationService | ProviderRegistry | TargetHealth | TelemetryService
> = Layer.fresh(
  Layer.provideMerge(Layer.merge(ChatOrchestratorServiceLive, PlanLanguageModelsLive), PlanRunnerLive),
)
