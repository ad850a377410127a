/** OpenAI, and whatever speaks its Chat Completions. */
export { OpenAIAgentLanguageModelLive } from "./OpenAIAgentLanguageModelLive"
export { OpenAIClient, type OpenAIClientService } from "./OpenAIClient"
export { OpenAIClientLive } from "./OpenAIClientLive"
