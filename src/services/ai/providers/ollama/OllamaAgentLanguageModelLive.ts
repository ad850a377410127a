/** Ollama's models, over the OpenAI client interface. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AgentLanguageModel } from "../../core/AgentLanguageModel"
import { vendorModels } from "../../core/models"
import { makeLanguageModel } from "../openai/OpenAIAgentLanguageModelLive"
import { OllamaOpenAIClientTag } from "./OllamaAsOpenAIClientLive"

export const OllamaAgentLanguageModelLive: Layer.Layer<AgentLanguageModel, never, OllamaOpenAIClientTag> =
  Layer.effect(
    AgentLanguageModel,
    Effect.map(OllamaOpenAIClientTag, (client) =>
      makeLanguageModel(client, { neverSendsFinishReason: false, defaultModel: vendorModels.ollama.default }),
    ),
  )
