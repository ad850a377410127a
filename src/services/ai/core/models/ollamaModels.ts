/** Ollama's models: local and free of charge, but for those that its cloud runs. */
import type { ModelPrice } from "../ModelFacts"
import type { ModelRow } from "./ModelRow"

export const free: ModelPrice = { input: 0, output: 0 }

/**
 * Sources. Windows and pictures: huggingface.co/blog/gemma3 for Gemma 3, models.dev (2 July 2026) for Llama 3.2; the
 * window that a server was started with may be smaller, and then it shortens the conversation without a word. Tools:
 * Ollama's own "gemma3:1b does not support tools". What is left out was not found.
 */
export const ollamaModels: ReadonlyArray<ModelRow> = [
  { pattern: /[:-]cloud$/, facts: {} },
  { pattern: /^gemma3:1b/, facts: { tools: false, images: false, contextWindow: 32_768, price: free } },
  { pattern: /^gemma3(:|$)/, facts: { tools: false, contextWindow: 131_072, price: free } },
  { pattern: /^llama3\.2(:|$)/, facts: { images: false, contextWindow: 131_072, price: free } },
  { pattern: /^qwen3(:|$)/, facts: { images: false, reasons: true, price: free } },
  { pattern: /^/, facts: { price: free } },
]
