import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import type { ModelFacts, ModelOverrides, ModelPrice } from "@/services/ai/core/ModelFacts"
import { factsOf, firstPartLimit, vendorModels } from "@/services/ai/core/models"
import { anthropicModels } from "@/services/ai/core/models/anthropicModels"
import type { ModelRow } from "@/services/ai/core/models/ModelRow"
import { ollamaModels } from "@/services/ai/core/models/ollamaModels"
import { openaiModels } from "@/services/ai/core/models/openaiModels"

const able: ModelFacts = {
  takesSampling: true,
  reasons: false,
  tools: true,
  forcedTools: true,
  images: true,
  jsonSchema: true,
  prefill: false,
}

describe("what is known of models", () => {
  it("assumes that an unknown model is able, and says nothing of its window and price", () => {
    expect(factsOf("somebody", "something")).toEqual(able)
    expect(factsOf("openai", "davinci-002")).toEqual(able)
    expect(factsOf("toString", "constructor")).toEqual(able)
  })

  it("keeps a vendor's facts from models of the same name elsewhere", () => {
    expect(factsOf("openai", "o3").reasons).toBe(true)
    expect(factsOf("groq", "o3")).toEqual(able)
  })

  it("reads the provider's key in any case", () => {
    expect(factsOf("OpenAI", "gpt-5.4")).toEqual(factsOf("openai", "gpt-5.4"))
  })

  it("knows that the simulator costs nothing, and that it writes text and nothing else", () => {
    expect(factsOf("simulator", "steady")).toEqual({
      ...able,
      tools: false,
      images: false,
      jsonSchema: false,
      price: { input: 0, output: 0 },
    })
  })

  const facts: ReadonlyArray<readonly [provider: string, model: string, facts: Partial<ModelFacts>]> = [
    ["openai", "gpt-5.4", { contextWindow: 1_050_000, takesSampling: false, prefill: false }],
    ["openai", "gpt-5.4-2026-03-05", { contextWindow: 1_050_000 }],
    [
      "openai",
      "gpt-5.4-mini",
      { contextWindow: 400_000, price: { input: 0.75, cachedInput: 0.075, output: 4.5 } },
    ],
    ["openai", "gpt-5-chat-latest", { takesSampling: true, reasons: false, contextWindow: 128_000 }],
    ["openai", "gpt-5.1-chat-latest", { takesSampling: true, reasons: false }],
    ["openai", "o3-mini", { images: false, tools: true, reasons: true }],
    ["openai", "gpt-4", { images: false, jsonSchema: false, contextWindow: 8192 }],
    ["openai", "gpt-4o-2024-05-13", { jsonSchema: false, price: { input: 5, output: 15 } }],
    [
      "openai",
      "gpt-4o-2024-08-06",
      { jsonSchema: true, price: { input: 2.5, cachedInput: 1.25, output: 10 } },
    ],
    [
      "anthropic",
      "claude-opus-5-5",
      { prefill: false, takesSampling: false, forcedTools: false, reasons: true },
    ],
    ["anthropic", "claude-haiku-5-5", { prefill: false, forcedTools: true }],
    ["anthropic", "claude-opus-4-8", { prefill: false, takesSampling: false, reasons: false }],
    ["anthropic", "claude-opus-4-6", { prefill: false, takesSampling: true, contextWindow: 1_000_000 }],
    ["anthropic", "claude-sonnet-4-6", { prefill: false }],
    ["anthropic", "claude-mythos-preview", { prefill: false, takesSampling: false }],
    ["anthropic", "claude-fable-5-1", { prefill: false, forcedTools: false }],
    ["anthropic", "claude-sonnet-9", { prefill: false, takesSampling: false }],
    ["anthropic", "claude-sonnet-4-5-20250929", { prefill: true, jsonSchema: true, contextWindow: 200_000 }],
    ["anthropic", "claude-sonnet-4-20250514", { prefill: true, jsonSchema: false }],
    ["anthropic", "claude-3-5-haiku-latest", { prefill: true, jsonSchema: false }],
    ["anthropic", "another-messages-model", { prefill: true, tools: true }],
    ["ollama", "gemma3:1b", { prefill: true, tools: false, images: false, price: { input: 0, output: 0 } }],
    ["ollama", "gemma3", { prefill: true, tools: false, images: true }],
    ["ollama", "gemma3-tools:4b", { prefill: true, tools: true }],
    ["ollama", "qwen3:4b", { reasons: true, images: false }],
    ["ollama", "mistral", { prefill: true, tools: true, price: { input: 0, output: 0 } }],
  ]

  it.each(facts)("%s/%s: %o", (provider, model, expected) => {
    expect(factsOf(provider, model)).toMatchObject(expected)
  })

  it.each([
    ["openai", "gpt-5.4-pro"],
    ["openai", "gpt-4o-audio-preview"],
    ["openai", "ft:gpt-4o-2024-08-06:us::1"],
    ["anthropic", "claude-mythos-5"],
    ["ollama", "gpt-oss:120b-cloud"],
    ["groq", "gpt-4o"],
  ])("does not guess the price of %s/%s", (provider, model) => {
    expect(factsOf(provider, model).price).toBeUndefined()
  })
})

describe("what a configuration says of models", () => {
  const overrides: ModelOverrides = {
    "groq/*": { contextWindow: 8192, tools: false },
    "groq/llama-3.3-70b": { contextWindow: 131_072, price: { input: 0.59, output: 0.79 } },
    "OpenAI/GPT-5.4": { price: { input: 1, output: 2 }, prefill: true },
    "router/meta-llama/llama": { images: false },
  }

  it("comes before what is known; what it leaves out stays as it was", () => {
    const known = factsOf("openai", "gpt-5.4")
    expect(factsOf("openai", "gpt-5.4", overrides)).toEqual({
      ...known,
      price: { input: 1, output: 2 },
      prefill: true,
    })
  })

  it("holds for every model of a provider, but for those that have their own", () => {
    expect(factsOf("groq", "other", overrides)).toEqual({ ...able, contextWindow: 8192, tools: false })
    expect(factsOf("groq", "llama-3.3-70b", overrides)).toEqual({
      ...able,
      tools: false,
      contextWindow: 131_072,
      price: { input: 0.59, output: 0.79 },
    })
  })

  it("may name a model that has a slash", () => {
    expect(factsOf("router", "meta-llama/llama", overrides).images).toBe(false)
    expect(factsOf("router", "meta-llama/other", overrides).images).toBe(true)
  })
})

describe("the time of the first part", () => {
  const limits: ReadonlyArray<readonly [provider: string, model: string, seconds: number]> = [
    ["openai", "gpt-4.1", 10],
    ["openai", "gpt-5.4", 60],
    ["openai", "gpt-5-chat-latest", 10],
    ["anthropic", "claude-sonnet-5-5", 60],
    ["anthropic", "claude-haiku-4-5", 10],
    ["ollama", "gemma3:1b", 60],
    ["simulator", "steady", 10],
  ]

  it.each(limits)("gives %s's %s %s s to its first part", (provider, model, seconds) => {
    expect(firstPartLimit(provider, model)).toEqual(Duration.seconds(seconds))
  })

  it("is what the configuration says", () => {
    const overrides: ModelOverrides = {
      "ollama/*": { firstPart: Duration.minutes(3) },
      "groq/slow": { reasons: true },
    }
    expect(firstPartLimit("ollama", "gemma3:1b", overrides)).toEqual(Duration.minutes(3))
    expect(firstPartLimit("groq", "slow", overrides)).toEqual(Duration.seconds(60))
    expect(firstPartLimit("groq", "fast", overrides)).toEqual(Duration.seconds(10))
  })
})

describe("the tables", () => {
  /** A name for every row, in the order of the rows. */
  const tables: ReadonlyArray<
    readonly [provider: string, rows: ReadonlyArray<ModelRow>, names: ReadonlyArray<string>]
  > = [
    [
      "openai",
      openaiModels,
      [
        ..."gpt-5.6 gpt-5.6-terra gpt-5.6-luna gpt-5.5 gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-5.2 gpt-5".split(
          " ",
        ),
        ..."gpt-5-mini gpt-5-nano gpt-5-chat-latest gpt-5.3-chat-latest o1 o3".split(" "),
        ..."o3-mini o4-mini gpt-5.5-chat-latest gpt-6 gpt-4.1 gpt-4.1-mini gpt-4.1-nano".split(" "),
        ..."gpt-4o-2024-05-13 gpt-4o gpt-4o-mini gpt-4-turbo gpt-4 gpt-3.5-turbo".split(" "),
      ],
    ],
    [
      "anthropic",
      anthropicModels,
      [
        ..."claude-opus-5-5 claude-sonnet-5-5 claude-haiku-5-5 claude-opus-5 claude-sonnet-5".split(" "),
        ..."claude-fable-5-1 claude-mythos-preview claude-opus-4-7 claude-opus-4-6 claude-sonnet-4-6".split(
          " ",
        ),
        ..."claude-opus-4-5 claude-sonnet-4-5 claude-haiku-4-5 claude-opus-4-1 claude-sonnet-4-20250514".split(
          " ",
        ),
        ..."claude-3-5-sonnet-20241022 claude-3-5-haiku-latest claude-3-opus-20240229".split(" "),
        "claude-3-haiku-20240307",
      ],
    ],
    ["ollama", ollamaModels, ["glm-5.2:cloud", "gemma3:1b", "gemma3:4b", "llama3.2:3b", "qwen3:4b", "phi4"]],
  ]

  it.each(tables)("of %s has no row that another hides", (_provider, rows, names) => {
    expect(names.map((name) => rows.findIndex(({ pattern }) => pattern.test(name)))).toEqual([...rows.keys()])
  })

  const isSane = ({ input, cachedInput = 0, output }: Omit<ModelPrice, "long">): boolean =>
    input >= 0 && cachedInput >= 0 && cachedInput <= input && output >= input

  it.each(tables)("of %s is consistent in itself", (_provider, rows) => {
    for (const { facts } of rows) {
      const { contextWindow = Infinity, maxOutputTokens = 1, price = { input: 0, output: 0 } } = facts
      expect(contextWindow).toBeGreaterThan(0)
      expect(maxOutputTokens).toBeGreaterThan(0)
      expect(maxOutputTokens).toBeLessThanOrEqual(contextWindow)
      expect(isSane(price)).toBe(true)
      if (price.long === undefined) continue
      expect(isSane(price.long)).toBe(true)
      expect(price.long.input).toBeGreaterThan(price.input)
      expect(price.long.output).toBeGreaterThan(price.output)
      expect(price.long.above).toBeLessThan(contextWindow)
    }
  })

  it.each(Object.entries(vendorModels))("offers the defaults of %s", (_vendor, models) => {
    expect(models.offered).toContain(models.default)
    expect(models.offered).toContain(models.fallback)
  })

  const offered = Object.entries(vendorModels).flatMap(([vendor, models]) =>
    models.offered.map((model) => [vendor, model] as const),
  )
  /** Which window Ollama's tag has was not found. */
  const unknownWindows = ["qwen3:4b"]

  it.each(offered)("knows price and window of what is offered: %s/%s", (vendor, model) => {
    const { price, contextWindow } = factsOf(vendor, model)
    expect(price?.input).toBeGreaterThanOrEqual(0)
    expect(contextWindow === undefined).toBe(unknownWindows.includes(model))
  })
})
