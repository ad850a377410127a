/** The orchestrator as the page has it: the same tag, every run carried out by the server. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { AIProviderError } from "@/services/ai/core/AIProviderError"
import { ChatOrchestratorService, type ChatRequest } from "@/services/ai/orchestration/ChatOrchestratorTag"
import { endingWithTerminal } from "@/services/ai/orchestration/endingWithTerminal"
import type { PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import { answerText, textChunks } from "@/services/ai/orchestration/projections"
import { flawOf } from "@/services/ai/orchestration/requestLimits"
import { telling } from "@/services/ai/orchestration/telemetry"
import { TelemetryService } from "@/services/telemetry/TelemetryService"
import { CommanderClient, disconnected, unreachable } from "./rpcClient"

export const defaults = {
  /** How long the server may take to say that a run has begun; the socket may be down and reconnecting. */
  firstEvent: Duration.seconds(10),
}

export const ChatOrchestratorServiceRpc: Layer.Layer<
  ChatOrchestratorService,
  never,
  CommanderClient | TelemetryService
> = Layer.effect(
  ChatOrchestratorService,
  Effect.gen(function* () {
    const client = yield* CommanderClient
    const telemetry = yield* TelemetryService
    const runPlan = (request: ChatRequest): Stream.Stream<PlanEvent> =>
      Stream.suspend(() => {
        const flaw = flawOf(request)
        return flaw === undefined
          ? client.RunPlan(request).pipe(Stream.mapError(disconnected), firstEventWithin(defaults.firstEvent))
          : Stream.fail(flaw)
      }).pipe(endingWithTerminal, telling(telemetry))
    return ChatOrchestratorService.of({
      runPlan,
      streamConversation: (request) => textChunks(runPlan(request)),
      generateConversationResponse: (request) => answerText(runPlan(request)),
    })
  }),
)

/** The server tells at once that a run has begun; only then may it be silent while a provider thinks. */
const firstEventWithin =
  (limit: Duration.Duration) =>
  (events: Stream.Stream<PlanEvent, AIProviderError>): Stream.Stream<PlanEvent, AIProviderError> =>
    Stream.transformPull(events, (pull) =>
      Effect.sync(() => {
        let begun = false
        return Effect.suspend(() => {
          if (begun) return pull
          begun = true
          return Effect.timeoutOrElse(pull, { duration: limit, orElse: () => Effect.fail(unreachable) })
        })
      }),
    )
