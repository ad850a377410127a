/** The Chat Completions interface: what OpenAI, Ollama and every compatible endpoint are asked through. */
import * as Context from "effect/Context"
import type * as Stream from "effect/Stream"
import type { AiError } from "../../core/AgentLanguageModel"
import type { WireEvent } from "../../wire/eventStream"
import type { ChatCompletionRequest } from "./request"

export interface OpenAIClientService {
  readonly provider: string
  /** The events of one streamed completion. Reads address and key anew, so a mended key works at once. */
  readonly chatCompletions: (request: ChatCompletionRequest) => Stream.Stream<WireEvent, AiError>
}

export class OpenAIClient extends Context.Service<OpenAIClient, OpenAIClientService>()("OpenAIClient") {}
