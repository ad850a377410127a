/** The two methods of the orchestrator as one shape: a request in, the whole text out. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { ChatOrchestratorService, type AiError, type ChatRequest } from "@/services/ai"

export type Ask = (request: ChatRequest) => Effect.Effect<string, AiError, ChatOrchestratorService>

export const streamed: Ask = (request) =>
  Effect.gen(function* () {
    const { streamConversation } = yield* ChatOrchestratorService
    const chunks = yield* Stream.runCollect(streamConversation(request))
    return chunks.map(({ text }) => text).join("")
  })

export const generated: Ask = (request) =>
  Effect.flatMap(ChatOrchestratorService, ({ generateConversationResponse }) =>
    generateConversationResponse(request),
  )

export const methods: ReadonlyArray<readonly [name: string, ask: Ask]> = [
  ["streamConversation", streamed],
  ["generateConversationResponse", generated],
]
