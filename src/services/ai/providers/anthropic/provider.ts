/** Anthropic as an entry of the registry. */
import * as Layer from "effect/Layer"
import { vendor } from "../vendor"
import { AnthropicAgentLanguageModelLive } from "./AnthropicAgentLanguageModelLive"
import { AnthropicClientLive } from "./AnthropicClientLive"

export const anthropicProvider = vendor({
  key: "anthropic",
  label: "Anthropic",
  languageModel: Layer.provide(AnthropicAgentLanguageModelLive, AnthropicClientLive),
})
