/** Plans and the service that runs them. */
export { AiPlan, AiPlanStep, Backoff } from "./AiPlan"
export {
  ChatOrchestratorService,
  ChatOrchestratorServiceLive,
  ChatRequest,
  PreferredProviderConfig,
} from "./ChatOrchestratorService"
export { AttemptRecord, isTerminal, nameOf, PlanEvent, Target, Usage } from "./PlanEvent"
export { verdict, type Verdict } from "./verdict"
