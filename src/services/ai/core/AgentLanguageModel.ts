/** The contract of a provider: a conversation in, `effect/ai` response parts out. */
import type * as Response from "effect/ai/Response"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { AIConfigurationError } from "./AIConfigurationError"
import type { AIProviderError } from "./AIProviderError"
import type { GenerateTextOptions, GenerateTextResult, StreamTextOptions } from "./GenerationOptions"

export type AiError = AIProviderError | AIConfigurationError

export interface AgentLanguageModelService {
  /** The provider's key, e.g. `openai`. */
  readonly provider: string
  /** One whole answer; fails rather than return an incomplete one. */
  readonly generateText: (options: GenerateTextOptions) => Effect.Effect<GenerateTextResult, AiError>
  /**
   * The answer as it comes. Ends only after a `finish` part; a stream that breaks off fails instead. Tool calls
   * come as `tool-params-*` parts and then whole as `tool-call`.
   */
  readonly streamText: (options: StreamTextOptions) => Stream.Stream<Response.StreamPartEncoded, AiError>
}

/** The bare tag is the default provider's; the others are reached by key through `ProviderRegistry`. */
export class AgentLanguageModel extends Context.Service<AgentLanguageModel, AgentLanguageModelService>()(
  "AgentLanguageModel",
) {}
