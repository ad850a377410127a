/** Anthropic. */
export { AnthropicAgentLanguageModelLive } from "./AnthropicAgentLanguageModelLive"
export { AnthropicClient, type AnthropicClientService } from "./AnthropicClient"
export { AnthropicClientLive } from "./AnthropicClientLive"
