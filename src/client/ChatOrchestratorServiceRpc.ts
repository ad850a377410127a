/** The orchestrator as the page has it: the same tag, every run carried out by the server. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { ChatOrchestratorService, type ChatRequest } from "@/services/ai/orchestration/ChatOrchestratorTag"
import { isTerminal, type PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import { answerText, textChunks } from "@/services/ai/orchestration/projections"
import { CommanderClient, disconnected } from "./rpcClient"

export const ChatOrchestratorServiceRpc: Layer.Layer<ChatOrchestratorService, never, CommanderClient> =
  Layer.effect(
    ChatOrchestratorService,
    Effect.map(CommanderClient, (client) => {
      const runPlan = (request: ChatRequest): Stream.Stream<PlanEvent> =>
        Stream.suspend(() => {
          let next = 0
          let shown = false
          return client.RunPlan(request).pipe(
            Stream.tap((event) =>
              Effect.sync(() => {
                next = event.sequence + 1
                shown ||= event.type === "answer-started"
              }),
            ),
            Stream.catch((cause) =>
              Stream.fromEffect(
                Effect.map(Clock.currentTimeMillis, (at): PlanEvent => ({
                  type: "plan-failed",
                  sequence: next,
                  at,
                  error: disconnected(cause),
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
