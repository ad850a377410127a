/** The door: a conversation in, an answer out, under a plan. The page imports this file alone, without the engine. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { AiError } from "../core/AgentLanguageModel"
import { AgentChatMessage } from "../core/AgentChatMessage"
import type { AiTextChunk } from "../core/AiTextChunk"
import { GenerationParameters } from "../core/GenerationOptions"
import { AiPlan, PreferredProviderConfig } from "./AiPlan"
import type { PlanEvent } from "./PlanEvent"

/** One turn of a conversation. */
export const ChatRequest = Schema.Struct({
  messages: Schema.Array(AgentChatMessage),
  preferredProvider: PreferredProviderConfig,
  options: Schema.optionalKey(GenerationParameters),
  /** In place of the default plan of the preferred provider. */
  plan: Schema.optionalKey(AiPlan),
  /** The name of the run, chosen by whoever asks; made by the run when absent. */
  runId: Schema.optionalKey(Schema.NonEmptyString),
})
export type ChatRequest = typeof ChatRequest.Type

export class ChatOrchestratorService extends Context.Service<
  ChatOrchestratorService,
  {
    /** The answer's text as it comes. Fails when no target could answer, or when the answer broke off. */
    readonly streamConversation: (request: ChatRequest) => Stream.Stream<AiTextChunk, AiError>
    /** The whole answer, under the same plan. */
    readonly generateConversationResponse: (request: ChatRequest) => Effect.Effect<string, AiError>
    /** Everything that happens in the run; never fails, ends with `plan-completed` or `plan-failed`. */
    readonly runPlan: (request: ChatRequest) => Stream.Stream<PlanEvent>
  }
>()("ChatOrchestratorService") {}
