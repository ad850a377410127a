/** The Messages interface. */
import * as Context from "effect/Context"
import type * as Stream from "effect/Stream"
import type { AiError } from "../../core/AgentLanguageModel"
import type { WireEvent } from "../../wire/eventStream"
import type { MessagesRequest } from "./request"

export interface AnthropicClientService {
  /** The events of one streamed message. Reads address and key anew, so a mended key works at once. */
  readonly messages: (request: MessagesRequest) => Stream.Stream<WireEvent, AiError>
}

export class AnthropicClient extends Context.Service<AnthropicClient, AnthropicClientService>()(
  "AnthropicClient",
) {}
