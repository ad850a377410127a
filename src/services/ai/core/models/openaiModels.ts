/** OpenAI's models that Chat Completions serves. */
import type { ModelFacts } from "../ModelFacts"
import { named, type ModelRow } from "./ModelRow"

const reasoning = { takesSampling: false, reasons: true } satisfies Partial<ModelFacts>
const million = { contextWindow: 1_050_000, maxOutputTokens: 128_000 } satisfies Partial<ModelFacts>
const large = { contextWindow: 400_000, maxOutputTokens: 128_000 } satisfies Partial<ModelFacts>
const series4o = { contextWindow: 128_000, maxOutputTokens: 16_384 } satisfies Partial<ModelFacts>
const series41 = { contextWindow: 1_047_576, maxOutputTokens: 32_768 } satisfies Partial<ModelFacts>
const seriesO = {
  ...reasoning,
  contextWindow: 200_000,
  maxOutputTokens: 100_000,
} satisfies Partial<ModelFacts>
const textOnly = { images: false, jsonSchema: false } satisfies Partial<ModelFacts>

/** Input, cached input, output. */
const price = (input: number, cachedInput: number, output: number) => ({ input, cachedInput, output })
const above = 272_000

/**
 * Sources. Names: the type list of the `openai` package, November 2026. Windows and abilities: OpenAI's model pages
 * (developers.openai.com/api/docs/models) as `gpt-tokenizer` 4.0.0 has them. Prices: the same pages for GPT-5.6 (Sol's is
 * a promotion "at least until 21 November 2026"; $5 / $0.50 / $30 before it), OpenAI's price list for the
 * others, on which models.dev (2 July 2026) and LiteLLM's price file (24 July 2026) agree. JSON schemas: the Structured Outputs
 * guide, "gpt-4o-mini and gpt-4o-2024-08-06 and later". Sampling: OpenAI's `unsupported_value` error on `temperature`
 * for gpt-5 and o-series models other than the chat ones.
 */
export const openaiModels: ReadonlyArray<ModelRow> = [
  {
    pattern: named("gpt-5.6", "gpt-5.6-sol"),
    facts: {
      ...reasoning,
      ...million,
      price: { ...price(4, 0.4, 20), long: { above, ...price(8, 0.8, 30) } },
    },
  },
  {
    pattern: named("gpt-5.6-terra"),
    facts: {
      ...reasoning,
      ...million,
      price: { ...price(2, 0.2, 12), long: { above, ...price(4, 0.4, 18) } },
    },
  },
  {
    pattern: named("gpt-5.6-luna"),
    facts: {
      ...reasoning,
      ...million,
      price: { ...price(0.2, 0.02, 1.2), long: { above, ...price(0.4, 0.04, 1.8) } },
    },
  },
  {
    pattern: named("gpt-5.5"),
    facts: {
      ...reasoning,
      ...million,
      price: { ...price(5, 0.5, 30), long: { above, ...price(10, 1, 45) } },
    },
  },
  {
    pattern: named("gpt-5.4"),
    facts: {
      ...reasoning,
      ...million,
      price: { ...price(2.5, 0.25, 15), long: { above, ...price(5, 0.5, 22.5) } },
    },
  },
  { pattern: named("gpt-5.4-mini"), facts: { ...reasoning, ...large, price: price(0.75, 0.075, 4.5) } },
  { pattern: named("gpt-5.4-nano"), facts: { ...reasoning, ...large, price: price(0.2, 0.02, 1.25) } },
  { pattern: named("gpt-5.2"), facts: { ...reasoning, ...large, price: price(1.75, 0.175, 14) } },
  { pattern: named("gpt-5", "gpt-5.1"), facts: { ...reasoning, ...large, price: price(1.25, 0.125, 10) } },
  { pattern: named("gpt-5-mini"), facts: { ...reasoning, ...large, price: price(0.25, 0.025, 2) } },
  { pattern: named("gpt-5-nano"), facts: { ...reasoning, ...large, price: price(0.05, 0.005, 0.4) } },
  { pattern: named("gpt-5-chat", "gpt-5.1-chat"), facts: { ...series4o, price: price(1.25, 0.125, 10) } },
  { pattern: named("gpt-5.2-chat", "gpt-5.3-chat"), facts: { ...series4o, price: price(1.75, 0.175, 14) } },
  { pattern: named("o1"), facts: { ...seriesO, price: price(15, 7.5, 60) } },
  { pattern: named("o3"), facts: { ...seriesO, price: price(2, 0.5, 8) } },
  { pattern: named("o3-mini"), facts: { ...seriesO, images: false, price: price(1.1, 0.55, 4.4) } },
  { pattern: named("o4-mini"), facts: { ...seriesO, price: price(1.1, 0.275, 4.4) } },
  { pattern: /^gpt-[5-9](\.\d+)?-chat/, facts: {} },
  { pattern: /^(gpt-[5-9]|o\d)/, facts: reasoning },
  { pattern: named("gpt-4.1"), facts: { ...series41, price: price(2, 0.5, 8) } },
  { pattern: named("gpt-4.1-mini"), facts: { ...series41, price: price(0.4, 0.1, 1.6) } },
  { pattern: named("gpt-4.1-nano"), facts: { ...series41, price: price(0.1, 0.025, 0.4) } },
  {
    pattern: /^gpt-4o-2024-05-13$/,
    facts: {
      jsonSchema: false,
      contextWindow: 128_000,
      maxOutputTokens: 4_096,
      price: { input: 5, output: 15 },
    },
  },
  { pattern: named("gpt-4o"), facts: { ...series4o, price: price(2.5, 1.25, 10) } },
  { pattern: named("gpt-4o-mini"), facts: { ...series4o, price: price(0.15, 0.075, 0.6) } },
  {
    pattern: named("gpt-4-turbo"),
    facts: {
      jsonSchema: false,
      contextWindow: 128_000,
      maxOutputTokens: 4_096,
      price: { input: 10, output: 30 },
    },
  },
  {
    pattern: named("gpt-4"),
    facts: { ...textOnly, contextWindow: 8_192, maxOutputTokens: 8_192, price: { input: 30, output: 60 } },
  },
  {
    pattern: named("gpt-3.5-turbo"),
    facts: { ...textOnly, contextWindow: 16_385, maxOutputTokens: 4_096, price: { input: 0.5, output: 1.5 } },
  },
]
