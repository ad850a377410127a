/** Anthropic's models over the Messages interface. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AgentLanguageModel, type AgentLanguageModelService } from "../../core/AgentLanguageModel"
import { vendorModels } from "../../core/models"
import { decodeParts } from "../../wire/decodeParts"
import { collectText } from "../collectText"
import { AnthropicClient } from "./AnthropicClient"
import { makeDecoder } from "./decoder"
import { toRequest } from "./request"

export const AnthropicAgentLanguageModelLive: Layer.Layer<AgentLanguageModel, never, AnthropicClient> =
  Layer.effect(
    AgentLanguageModel,
    Effect.map(AnthropicClient, (client) => {
      const streamText: AgentLanguageModelService["streamText"] = (options) => {
        const model = options.model ?? vendorModels.anthropic.default
        return client
          .messages(toRequest(model, options))
          .pipe(decodeParts({ provider: "anthropic", model }, makeDecoder))
      }
      return {
        provider: "anthropic",
        streamText,
        generateText: (options) => collectText(streamText(options)),
      }
    }),
  )
