/** Anthropic as an entry of the registry. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ConfigurationService } from "../../../configuration"
import { AgentLanguageModel } from "../../core/AgentLanguageModel"
import { vendorModels } from "../../core/models"
import type { Provider } from "../../core/ProviderRegistry"
import { keyAvailability, readOptional } from "../settings"
import { AnthropicAgentLanguageModelLive } from "./AnthropicAgentLanguageModelLive"
import { AnthropicClientLive } from "./AnthropicClientLive"

const secretKeyName = "ANTHROPIC_API_KEY"

export const anthropicProvider = Effect.gen(function* () {
  const configuration = yield* ConfigurationService
  const languageModel = yield* Effect.provide(
    AgentLanguageModel,
    Layer.provide(AnthropicAgentLanguageModelLive, AnthropicClientLive),
  )
  return {
    key: "anthropic",
    label: "Anthropic",
    models: vendorModels.anthropic.offered,
    languageModel,
    secretKeyName,
    availability: keyAvailability(configuration, secretKeyName),
    configuredModel: readOptional(configuration, "ANTHROPIC_MODEL_NAME"),
    defaultModel: vendorModels.anthropic.default,
    fallbackModel: vendorModels.anthropic.fallback,
  } satisfies Provider
})
