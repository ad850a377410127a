/** The vocabulary of a chat with a language model. */
export { AgentChatMessage, toPrompt } from "./AgentChatMessage"
export { AgentLanguageModel, type AgentLanguageModelService, type AiError } from "./AgentLanguageModel"
export { AIConfigurationError } from "./AIConfigurationError"
export { AIProviderError, ProviderErrorReason } from "./AIProviderError"
export { AiTextChunk } from "./AiTextChunk"
export {
  GenerationParameters,
  ToolDefinition,
  type GenerateTextOptions,
  type GenerateTextResult,
  type StreamTextOptions,
} from "./GenerationOptions"
export { Availability, firstReady, ProviderRegistry, type Provider } from "./ProviderRegistry"
