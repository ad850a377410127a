/** OpenAI as an entry of the registry. */
import * as Layer from "effect/Layer"
import { vendor } from "../vendor"
import { OpenAIAgentLanguageModelLive } from "./OpenAIAgentLanguageModelLive"
import { OpenAIClientLive } from "./OpenAIClientLive"

export const openaiProvider = vendor({
  key: "openai",
  label: "OpenAI",
  languageModel: Layer.provide(OpenAIAgentLanguageModelLive, OpenAIClientLive),
})
