/** What is known of models: defaults, pickers and the facts that change a request. Data, one row a family. */
import * as Duration from "effect/Duration"

export interface ModelFacts {
  /** Whether `temperature` and `top_p` may be sent; a model that refuses them answers 400. */
  readonly takesSampling: boolean
  /** Whether the model thinks before it writes, so that its first part may be long in coming. */
  readonly reasons: boolean
}

interface ModelRow {
  readonly provider: string
  readonly pattern: RegExp
  readonly facts: ModelFacts
}

const plain: ModelFacts = { takesSampling: true, reasons: false }
const reasoning: ModelFacts = { takesSampling: false, reasons: true }

/**
 * First match wins. Sources: the vendors' type lists (`openai` and `@anthropic-ai/sdk`, November 2026) for the
 * names; for sampling OpenAI's `unsupported_value` error on `temperature` for gpt-5 and o-series models other than
 * the chat ones, and Anthropic's "`temperature` is deprecated for this model" from Claude Opus 4.7 and Sonnet 5 on.
 */
const rows: ReadonlyArray<ModelRow> = [
  { provider: "openai", pattern: /^gpt-5(\.\d+)?-chat/, facts: plain },
  { provider: "openai", pattern: /^(gpt-[5-9]|o\d)/, facts: reasoning },
  {
    provider: "anthropic",
    pattern: /^claude-[a-z]+-(4-[7-9]|[5-9])/,
    facts: { takesSampling: false, reasons: false },
  },
  { provider: "anthropic", pattern: /^claude-mythos/, facts: { takesSampling: false, reasons: false } },
]

/** Unknown models are assumed able. */
export const factsOf = (provider: string, model: string): ModelFacts =>
  rows.find((row) => row.provider === provider && row.pattern.test(model))?.facts ?? plain

/** How long the first visible part may take: local models load first, reasoning models think first. */
export const firstPartLimit = (provider: string, model: string): Duration.Duration =>
  provider === "ollama" || factsOf(provider, model).reasons ? Duration.seconds(60) : Duration.seconds(10)

export interface VendorModels {
  /** Asked when a provider is preferred and no model is named. */
  readonly default: string
  /** Asked when the provider is a fallback and no model is configured. */
  readonly fallback: string
  readonly offered: ReadonlyArray<string>
}

export const vendorModels = {
  openai: {
    default: "gpt-5.4",
    fallback: "gpt-5.4",
    offered: [
      "gpt-5.4",
      "gpt-5.4-mini",
      "gpt-5.4-nano",
      "gpt-5.6-sol",
      "gpt-5.6-terra",
      "gpt-5.6-luna",
      "gpt-4.1",
    ],
  },
  anthropic: {
    default: "claude-sonnet-5-5",
    fallback: "claude-haiku-5-5",
    offered: ["claude-sonnet-5-5", "claude-haiku-5-5", "claude-opus-5-5"],
  },
  ollama: {
    default: "gemma3:1b",
    fallback: "gemma3:1b",
    offered: ["gemma3:1b", "gemma3:4b", "llama3.2:3b", "qwen3:4b"],
  },
} as const satisfies Record<string, VendorModels>

/** The vendors by their keys, in the order in which they are asked when nobody is preferred. */
export const vendorKeys: ReadonlyArray<string> = Object.keys(vendorModels)
