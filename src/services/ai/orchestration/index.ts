/** Plans and the service that runs them. */
export { AiPlan, AiPlanStep, Backoff } from "./AiPlan"
export {
  ChatOrchestratorService,
  ChatOrchestratorServiceLive,
  ChatRequest,
  PreferredProviderConfig,
} from "./ChatOrchestratorService"
export { HealthReport, TargetHealth } from "./health/TargetHealth"
export { TargetHealthLive } from "./health/TargetHealthLive"
export { PlanRunner, type RunRequest } from "./PlanRunner"
export { PlanRunnerLive } from "./PlanRunnerLive"
export { AttemptRecord, isTerminal, nameOf, PlanEvent, Target, Usage } from "./PlanEvent"
export { verdict, type Verdict } from "./verdict"
