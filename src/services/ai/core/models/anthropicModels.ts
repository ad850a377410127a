/** Anthropic's models. */
import type { ModelFacts } from "../ModelFacts"
import { named, type ModelRow } from "./ModelRow"

/** From generation 5 on: no sampling, no prefill, and thinking unless it is turned off. */
const fifth = { takesSampling: false, prefill: false, reasons: true } satisfies Partial<ModelFacts>
const million = { contextWindow: 1_000_000, maxOutputTokens: 128_000 } satisfies Partial<ModelFacts>
/** Longer windows of these models need a beta header, which is not sent. */
const fourthAndHalf = { contextWindow: 200_000, maxOutputTokens: 64_000 } satisfies Partial<ModelFacts>
/** Before 4.5 there was no `output_config.format`. */
const early = { contextWindow: 200_000, jsonSchema: false } satisfies Partial<ModelFacts>

/** Input, cache read, output. Writing to the cache costs more, and is not asked for. */
const price = (input: number, cachedInput: number, output: number) => ({ input, cachedInput, output })

/**
 * Sources. Names: the type list of `@anthropic-ai/sdk`, November 2026. Windows, limits and prices: Anthropic's model
 * overviews and pricing page (platform.claude.com/docs, October 2026; those of retired models February 2026), output
 * limits of models before 4.6: models.dev, 2 July 2026. Sampling: "`temperature` is deprecated for this model" from
 * Opus 4.7 and Sonnet 5 on. Prefill: the migration guide, "returns a 400 error" from 4.6 on. Thinking by default,
 * forced tool use refused: "What's new" of Sonnet 5, Opus 5.5, Sonnet 5.5, the Haiku 5.5 migration guide. JSON schemas:
 * the structured outputs guide.
 */
export const anthropicModels: ReadonlyArray<ModelRow> = [
  {
    pattern: named("claude-opus-5-5"),
    facts: { ...fifth, ...million, forcedTools: false, price: price(4, 0.2, 20) },
  },
  {
    pattern: named("claude-sonnet-5-5"),
    facts: { ...fifth, ...million, forcedTools: false, price: price(2, 0.1, 10) },
  },
  {
    pattern: named("claude-haiku-5-5"),
    facts: {
      ...fifth,
      ...million,
      price: { ...price(0.1, 0.01, 0.5), long: { above: 100_000, ...price(0.5, 0.05, 2.5) } },
    },
  },
  { pattern: named("claude-opus-5"), facts: { ...fifth, ...million, price: price(5, 0.5, 25) } },
  { pattern: named("claude-sonnet-5"), facts: { ...fifth, ...million, price: price(2, 0.2, 10) } },
  { pattern: /^claude-(fable|mythos)-5-[1-9]/, facts: { ...fifth, forcedTools: false } },
  { pattern: /^claude-(mythos|[a-z]+-([5-9]|\d{2}))(-|$)/, facts: fifth },
  {
    pattern: named("claude-opus-4-7", "claude-opus-4-8"),
    facts: { takesSampling: false, prefill: false, ...million, price: price(5, 0.5, 25) },
  },
  { pattern: named("claude-opus-4-6"), facts: { prefill: false, ...million, price: price(5, 0.5, 25) } },
  { pattern: named("claude-sonnet-4-6"), facts: { prefill: false, ...million, price: price(3, 0.3, 15) } },
  { pattern: named("claude-opus-4-5"), facts: { ...fourthAndHalf, price: price(5, 0.5, 25) } },
  { pattern: named("claude-sonnet-4-5"), facts: { ...fourthAndHalf, price: price(3, 0.3, 15) } },
  { pattern: named("claude-haiku-4-5"), facts: { ...fourthAndHalf, price: price(1, 0.1, 5) } },
  {
    pattern: named("claude-opus-4", "claude-opus-4-0", "claude-opus-4-1"),
    facts: { ...early, maxOutputTokens: 32_000, price: price(15, 1.5, 75) },
  },
  {
    pattern: named("claude-sonnet-4", "claude-sonnet-4-0", "claude-3-7-sonnet"),
    facts: { ...early, maxOutputTokens: 64_000, price: price(3, 0.3, 15) },
  },
  {
    pattern: named("claude-3-5-sonnet"),
    facts: { ...early, maxOutputTokens: 8_192, price: price(3, 0.3, 15) },
  },
  { pattern: named("claude-3-5-haiku"), facts: { ...early, price: price(0.8, 0.08, 4) } },
  { pattern: named("claude-3-opus"), facts: { ...early, maxOutputTokens: 4_096, price: price(15, 1.5, 75) } },
  {
    pattern: named("claude-3-haiku"),
    facts: { ...early, maxOutputTokens: 4_096, price: price(0.25, 0.03, 1.25) },
  },
]
