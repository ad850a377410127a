/** Runs every turn of a chat as a plan: the preferred provider with retries, then its fallbacks. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { TelemetryService, type Action } from "../../telemetry"
import type { AiError } from "../core/AgentLanguageModel"
import { toPrompt } from "../core/AgentChatMessage"
import { ProviderRegistry } from "../core/ProviderRegistry"
import { ChatOrchestratorService, type ChatRequest } from "./ChatOrchestratorTag"
import { defaultPlan } from "./defaultPlan"
import { endingWithTerminal } from "./endingWithTerminal"
import type { PlanEvent } from "./PlanEvent"
import { PlanRunner } from "./PlanRunner"
import { answerText, textChunks } from "./projections"
import { flawOf } from "./requestLimits"
import { errorLabel, tracking } from "./telemetry"

export { PreferredProviderConfig } from "./AiPlan"
export { ChatOrchestratorService, ChatRequest } from "./ChatOrchestratorTag"

export const ChatOrchestratorServiceLive: Layer.Layer<
  ChatOrchestratorService,
  never,
  PlanRunner | ProviderRegistry | TelemetryService
> = Layer.effect(
  ChatOrchestratorService,
  Effect.gen(function* () {
    const registry = yield* ProviderRegistry
    const runner = yield* PlanRunner
    const track = tracking(yield* TelemetryService)

    const planOf = Effect.fnUntraced(
      function* (request: ChatRequest) {
        const flaw = flawOf(request)
        if (flaw !== undefined) return yield* flaw
        return request.plan ?? (yield* defaultPlan(request.preferredProvider))
      },
      Effect.tapError((error) => track("ai_plan_build_error", errorLabel(error))),
      Effect.provideService(ProviderRegistry, registry),
    )

    /** A run from its start. The names of the actions say which method asked for it. */
    const run = (actions: RunActions, request: ChatRequest): Stream.Stream<PlanEvent> => {
      const { key, modelName } = request.preferredProvider
      const { notBuilt, failed, canTakeBack } = actions
      const onFailed = (error: AiError) => track(failed, errorLabel(error))
      const onNotBuilt = (error: AiError) =>
        notBuilt === undefined ? Effect.void : track(notBuilt, errorLabel(error))
      const events = Effect.map(planOf(request), (plan) =>
        runner.run({
          plan: canTakeBack || plan.onPartial !== "restart" ? plan : plan.with({ onPartial: "resume" }),
          prompt: toPrompt(request.messages),
          ...(request.options === undefined ? {} : { options: request.options }),
          ...(request.runId === undefined ? {} : { runId: request.runId }),
          onNotBuilt,
          onFailed,
        }),
      )
      const notPlanned = (error: AiError) =>
        Effect.as(Effect.andThen(onNotBuilt(error), onFailed(error)), endingWithTerminal(Stream.fail(error)))
      return Stream.unwrap(
        Effect.andThen(track(actions.start, key, modelName), Effect.catch(events, notPlanned)),
      )
    }

    return ChatOrchestratorService.of({
      runPlan: (request) => run({ ...streaming, canTakeBack: true }, request),
      streamConversation: (request) => textChunks(run(streaming, request)),
      generateConversationResponse: (request) => answerText(run(generating, request)),
    })
  }),
)

interface RunActions {
  readonly start: Action
  /** The plan could not be built, so the stream of its events failed when it was unwrapped. */
  readonly notBuilt?: Action
  readonly failed: Action
  /** Whether the consumer can take back text that it has shown. */
  readonly canTakeBack: boolean
}

const streaming: RunActions = {
  start: "stream_conversation_start",
  notBuilt: "stream_conversation_error_unwrap",
  failed: "stream_conversation_error_final",
  canTakeBack: false,
}

const generating: RunActions = {
  start: "generate_conversation_start",
  failed: "generate_conversation_error",
  canTakeBack: true,
}
