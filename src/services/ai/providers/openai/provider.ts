/** OpenAI as an entry of the registry. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ConfigurationService } from "../../../configuration"
import { AgentLanguageModel } from "../../core/AgentLanguageModel"
import { vendorModels } from "../../core/models"
import type { Provider } from "../../core/ProviderRegistry"
import { keyAvailability, readOptional } from "../settings"
import { OpenAIAgentLanguageModelLive } from "./OpenAIAgentLanguageModelLive"
import { OpenAIClientLive } from "./OpenAIClientLive"

const secretKeyName = "OPENAI_API_KEY"

export const openaiProvider = Effect.gen(function* () {
  const configuration = yield* ConfigurationService
  const languageModel = yield* Effect.provide(
    AgentLanguageModel,
    Layer.provide(OpenAIAgentLanguageModelLive, OpenAIClientLive),
  )
  return {
    key: "openai",
    label: "OpenAI",
    models: vendorModels.openai.offered,
    languageModel,
    secretKeyName,
    availability: keyAvailability(configuration, secretKeyName),
    configuredModel: readOptional(configuration, "OPENAI_MODEL_NAME"),
    defaultModel: vendorModels.openai.default,
    fallbackModel: vendorModels.openai.fallback,
  } satisfies Provider
})
