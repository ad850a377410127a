/** The providers. */
export { AnthropicAgentLanguageModelLive, AnthropicClient, AnthropicClientLive } from "./anthropic"
export { layerModels } from "./effectModel"
export { OllamaAgentLanguageModelLive, OllamaAsOpenAIClientLive, OllamaOpenAIClientTag } from "./ollama"
export { OpenAIAgentLanguageModelLive, OpenAIClient, OpenAIClientLive } from "./openai"
export { ProviderRegistryLive } from "./ProviderRegistryLive"
export { SimulatorAgentLanguageModelLive } from "./simulator"
