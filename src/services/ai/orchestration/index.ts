/** Plans and the service that runs them. */
export { AiPlan, AiPlanStep, Backoff, PlanLanguageModels } from "./AiPlan"
export {
  ChatOrchestratorService,
  ChatOrchestratorServiceLive,
  ChatRequest,
  PreferredProviderConfig,
} from "./ChatOrchestratorService"
export { closingOf } from "./closingOf"
export { HealthReport, TargetHealth } from "./health/TargetHealth"
export { TargetHealthLive } from "./health/TargetHealthLive"
export { PlanMetadata, planMetadataOf } from "./languageModel/PlanMetadata"
export { PlanLanguageModelsLive } from "./PlanLanguageModel"
export { PlanRunner, type RunRequest } from "./PlanRunner"
export { PlanRunnerLive } from "./PlanRunnerLive"
export { PlanServicesLive } from "./PlanServicesLive"
export { AttemptRecord, isTerminal, nameOf, PlanEvent, Target, Usage } from "./PlanEvent"
export { runSoFar, type RunSoFar } from "./runSoFar"
export { verdict, type Verdict } from "./verdict"
