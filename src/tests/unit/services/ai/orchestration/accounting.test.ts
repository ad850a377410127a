import { describe, expect, it } from "@effect/vitest"
import type { ModelPrice } from "@/services/ai/core/ModelFacts"
import { factsOf } from "@/services/ai/core/models"
import { estimateTokens } from "@/services/ai/core/tokens"
import { costOf, estimatedUsage, totalsOf } from "@/services/ai/orchestration/accounting"
import type { Cost, Usage } from "@/services/ai/orchestration/PlanEvent"

const price: ModelPrice = {
  input: 2,
  cachedInput: 0.2,
  output: 10,
  long: { above: 1000, input: 4, cachedInput: 0.4, output: 15 },
}
const free: ModelPrice = { input: 0, output: 0 }
const reported = (inputTokens: number, outputTokens: number, cachedInputTokens?: number): Usage => ({
  source: "reported",
  inputTokens,
  outputTokens,
  ...(cachedInputTokens === undefined ? {} : { cachedInputTokens }),
})

describe("what an attempt cost", () => {
  interface Row {
    readonly fact: string
    readonly usage: Usage
    readonly price?: ModelPrice
    /** In millionths of a dollar; absent: unknown. */
    readonly millionths?: number
    readonly source: Cost["source"]
  }

  const rows: ReadonlyArray<Row> = [
    {
      fact: "is tokens times price",
      usage: reported(100, 10),
      price,
      millionths: 300,
      source: "reported",
    },
    {
      fact: "is less for tokens that came from a cache",
      usage: reported(100, 10, 50),
      price,
      millionths: 210,
      source: "reported",
    },
    {
      fact: "is not less where no price of a cache is known",
      usage: reported(100, 10, 50),
      price: { input: 2, output: 10 },
      millionths: 300,
      source: "reported",
    },
    {
      fact: "counts no more cached tokens than there are tokens",
      usage: reported(100, 0, 500),
      price,
      millionths: 20,
      source: "reported",
    },
    {
      fact: "has the usual rates up to the limit of a long request",
      usage: reported(1000, 10),
      price,
      millionths: 2100,
      source: "reported",
    },
    {
      fact: "has the higher rates for all of a long request",
      usage: reported(1001, 10, 1),
      price,
      millionths: 4150.4,
      source: "reported",
    },
    {
      fact: "is an estimate where its tokens are",
      usage: { source: "estimated", inputTokens: 100, outputTokens: 0 },
      price,
      millionths: 200,
      source: "estimated",
    },
    { fact: "is unknown without a price", usage: reported(100, 10), source: "unknown" },
    { fact: "is unknown without tokens", usage: { source: "unknown" }, price, source: "unknown" },
    {
      fact: "is unknown where one of the counts is missing",
      usage: { source: "reported", inputTokens: 100 },
      price,
      source: "unknown",
    },
    {
      fact: "is nothing on one's own machine",
      usage: reported(100, 10),
      price: free,
      millionths: 0,
      source: "reported",
    },
    {
      fact: "is nothing there, whatever it used",
      usage: { source: "unknown" },
      price: free,
      millionths: 0,
      source: "estimated",
    },
    {
      fact: "is nothing for a request that was refused",
      usage: { source: "estimated", inputTokens: 0, outputTokens: 0 },
      price,
      millionths: 0,
      source: "estimated",
    },
  ]

  it.each(rows)("$fact", ({ usage, price: known, millionths, source }) => {
    const cost = costOf(usage, known === undefined ? {} : { price: known })
    expect(cost.source).toBe(source)
    expect("usd" in cost).toBe(millionths !== undefined)
    expect((cost.usd ?? 0) * 1_000_000).toBeCloseTo(millionths ?? 0, 6)
  })

  it("takes the facts of a model as they are", () => {
    expect(costOf(reported(1_000_000, 0), factsOf("anthropic", "claude-haiku-5-5")).usd).toBeCloseTo(0.5)
    expect(costOf(reported(100_000, 0), factsOf("anthropic", "claude-haiku-5-5")).usd).toBeCloseTo(0.01)
    expect(costOf(reported(1, 1), factsOf("groq", "some-model"))).toEqual({ source: "unknown" })
  })
})

describe("the usage of an attempt that did not end", () => {
  const emittedText = "A text that was cut in the middle of"

  it("is estimated from what was sent and what was received", () => {
    expect(estimatedUsage({ promptTokens: 120, emittedText })).toEqual({
      source: "estimated",
      inputTokens: 120,
      outputTokens: estimateTokens(emittedText),
    })
  })

  it("keeps what the provider reported in time, and is an estimate all the same", () => {
    expect(
      estimatedUsage({
        promptTokens: 120,
        emittedText,
        reported: { source: "reported", inputTokens: 131, cachedInputTokens: 64, outputTokens: 1 },
      }),
    ).toEqual({
      source: "estimated",
      inputTokens: 131,
      cachedInputTokens: 64,
      outputTokens: estimateTokens(emittedText),
    })
  })

  it("counts no output where none was received", () => {
    expect(estimatedUsage({ promptTokens: 120, emittedText: "" }).outputTokens).toBe(0)
  })
})

describe("what a run cost", () => {
  const attempt = (usage: Usage, known: ModelPrice | undefined) => ({
    usage,
    cost: costOf(usage, known === undefined ? {} : { price: known }),
  })

  it("is nothing without attempts", () => {
    expect(totalsOf([])).toEqual({ inputTokens: 0, outputTokens: 0, usd: 0, isComplete: true })
  })

  it("is the sum of its attempts, the failed ones too", () => {
    const totals = totalsOf([attempt(reported(100, 10), price), attempt(reported(50, 5), free)])
    expect(totals).toMatchObject({ inputTokens: 150, outputTokens: 15, isComplete: true })
    expect(totals.usd).toBeCloseTo(0.0003)
  })

  it.each([
    ["the price of an attempt is", attempt(reported(1, 1), undefined)],
    ["the tokens of an attempt are", attempt({ source: "unknown" }, price)],
    ["the tokens of an attempt on one's own machine are", attempt({ source: "unknown" }, free)],
  ])("is a lower bound where %s not known", (_what, unknown) => {
    const totals = totalsOf([attempt(reported(100, 10), price), unknown])
    expect(totals.isComplete).toBe(false)
    expect(totals.usd).toBeCloseTo(0.0003)
  })
})
