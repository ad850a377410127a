/** What is known of models: defaults, pickers and the facts that decide whom a request can go to. */
import * as Duration from "effect/Duration"
import type { ModelFacts, ModelFactsOverride, ModelOverrides } from "./ModelFacts"
import { anthropicModels } from "./models/anthropicModels"
import type { ModelRow } from "./models/ModelRow"
import { free, ollamaModels } from "./models/ollamaModels"
import { openaiModels } from "./models/openaiModels"

export type { ModelFacts, ModelOverrides } from "./ModelFacts"

/** Unknown models are assumed able; what is not known of them is left out. */
const able: ModelFacts = {
  takesSampling: true,
  reasons: false,
  tools: true,
  forcedTools: true,
  images: true,
  jsonSchema: true,
  prefill: false,
}

interface ProviderModels {
  /** What holds for every model of the provider that no row contradicts. */
  readonly all: Partial<ModelFacts>
  readonly rows: ReadonlyArray<ModelRow>
}

/** By the provider's key. Endpoints of the configuration have no rows: they speak Chat Completions. */
const known: Readonly<Record<string, ProviderModels>> = {
  openai: { all: {}, rows: openaiModels },
  anthropic: { all: { prefill: true }, rows: anthropicModels },
  // A local model is loaded before it answers.
  ollama: { all: { prefill: true, firstPart: Duration.seconds(60) }, rows: ollamaModels },
  simulator: { all: { price: free, tools: false, images: false, jsonSchema: false }, rows: [] },
}

/** What is known of a model; what the configuration says of it comes before the tables. */
export const factsOf = (provider: string, model: string, overrides: ModelOverrides = {}): ModelFacts => {
  const key = provider.toLowerCase()
  const about = Object.hasOwn(known, key) ? known[key] : undefined
  return {
    ...able,
    ...about?.all,
    ...about?.rows.find(({ pattern }) => pattern.test(model))?.facts,
    ...overrideOf(overrides, `${key}/*`),
    ...overrideOf(overrides, `${key}/${model}`),
  }
}

/** How long the first visible part may take: reasoning models think first. */
export const firstPartLimit = (
  provider: string,
  model: string,
  overrides: ModelOverrides = {},
): Duration.Duration => {
  const { firstPart, reasons } = factsOf(provider, model, overrides)
  return firstPart ?? Duration.seconds(reasons ? 60 : 10)
}

/** Upper and lower case are the same, as in the keys of providers. */
const overrideOf = (overrides: ModelOverrides, name: string): ModelFactsOverride | undefined =>
  Object.entries(overrides).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]

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
