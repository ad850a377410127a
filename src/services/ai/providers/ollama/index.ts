/** Ollama. */
export { OllamaAgentLanguageModelLive } from "./OllamaAgentLanguageModelLive"
export { OllamaAsOpenAIClientLive, OllamaOpenAIClientTag } from "./OllamaAsOpenAIClientLive"
