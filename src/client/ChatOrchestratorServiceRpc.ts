/** The orchestrator as the page has it: the same tag, every run carried out by the server. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { AIProviderError } from "@/services/ai/core/AIProviderError"
import { ChatOrchestratorService, type ChatRequest } from "@/services/ai/orchestration/ChatOrchestratorTag"
import { isTerminal, type PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import { answerText, textChunks } from "@/services/ai/orchestration/projections"
import { flawOf } from "@/services/ai/orchestration/requestLimits"
import { CommanderClient, disconnected, unreachable } from "./rpcClient"

export const defaults = {
  /** How long the server may take to say that a run has begun; the socket may be down and reconnecting. */
  firstEvent: Duration.seconds(10),
}

export const ChatOrchestratorServiceRpc: Layer.Layer<ChatOrchestratorService, never, CommanderClient> =
  Layer.effect(
    ChatOrchestratorService,
    Effect.map(CommanderClient, (client) => {
      const runPlan = (request: ChatRequest): Stream.Stream<PlanEvent> =>
        Stream.suspend(() => {
          let next = 0
          let shown = false
          const flaw = flawOf(request)
          const sent =
            flaw === undefined ? Stream.mapError(client.RunPlan(request), disconnected) : Stream.fail(flaw)
          return sent.pipe(
            firstEventWithin(defaults.firstEvent),
            Stream.tap((event) =>
              Effect.sync(() => {
                next = event.sequence + 1
                shown ||= event.type === "answer-started"
              }),
            ),
            Stream.catch((error) =>
              Stream.fromEffect(
                Effect.map(Clock.currentTimeMillis, (at): PlanEvent => ({
                  type: "plan-failed",
                  sequence: next,
                  at,
                  error,
                  attempts: [],
                  partial: shown,
                })),
              ),
            ),
            Stream.takeUntil(isTerminal),
          )
        })
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
