/** What was used, in words, and how sure these are. */
import { assert, describe, it } from "@effect/vitest"
import { totalsOf } from "@/services/ai/orchestration/accounting"
import type { AttemptRecord } from "@/services/ai/orchestration/PlanEvent"
import { spendingOf, spendingOfRun } from "@/services/ai/orchestration/spending"
import { costs, estimated, nothingUsed, openai, record, reported } from "@/tests/support/planEvents"

const ofRun = (...attempts: ReadonlyArray<AttemptRecord>) =>
  spendingOfRun({ attempts, totals: totalsOf(attempts) })

describe("what an attempt used", () => {
  it("is told plainly where the provider reported it, and marked where it is an estimate", () => {
    assert.deepStrictEqual(spendingOf({ usage: reported(1_200), cost: costs(0.00214) }), {
      tokens: "1,200 tokens",
      cost: "$0.0021",
    })
    assert.deepStrictEqual(spendingOf({ usage: estimated(1), cost: costs(0.0034, "estimated") }), {
      tokens: "≈ 1 token",
      cost: "≈ $0.0034",
    })
  })

  it("is not told where it is nothing or not known", () => {
    assert.deepStrictEqual(spendingOf({ usage: nothingUsed, cost: costs(0, "estimated") }), {})
    assert.deepStrictEqual(spendingOf({ usage: { source: "unknown" }, cost: { source: "unknown" } }), {})
    assert.deepStrictEqual(spendingOf({ usage: reported(5), cost: costs(0) }), { tokens: "5 tokens" })
  })

  it.each([
    [12.345, "$12.35"],
    [1.2, "$1.20"],
    [0.5, "$0.50"],
    [0.0456, "$0.046"],
    [0.00214, "$0.0021"],
    [0.003, "$0.003"],
    [0.00006, "$0.0001"],
    [0.00004, "less than $0.0001"],
  ])("%d dollars are told as %s", (usd, cost) => {
    assert.strictEqual(spendingOf({ usage: reported(5), cost: costs(usd) }).cost, cost)
  })

  it("that is too little to tell carries no second mark", () => {
    const cost = costs(0.00001, "estimated")
    assert.strictEqual(spendingOf({ usage: estimated(5), cost }).cost, "less than $0.0001")
  })
})

describe("what a run used", () => {
  it("is the sum of its attempts", () => {
    assert.deepStrictEqual(ofRun(record(1, openai), record(2, openai)), {
      tokens: "10 tokens",
      cost: "$0.004",
    })
  })

  it("is an estimate when one of them is", () => {
    const cut = record(1, openai, { usage: estimated(3), cost: costs(0.001, "estimated") })
    assert.deepStrictEqual(ofRun(cut, record(2, openai)), { tokens: "≈ 8 tokens", cost: "≈ $0.003" })
  })

  it("is no estimate because of a request that was refused", () => {
    const refused = record(1, openai, { usage: nothingUsed, cost: { source: "unknown" } })
    assert.deepStrictEqual(ofRun(refused, record(2, openai)), { tokens: "5 tokens", cost: "$0.002" })
  })

  it("is at least what is known, where the price of a model is not", () => {
    const priceless = record(1, openai, { cost: { source: "unknown" } })
    assert.deepStrictEqual(ofRun(priceless, record(2, openai)), {
      tokens: "10 tokens",
      cost: "at least $0.002",
    })
    assert.deepStrictEqual(ofRun(priceless), { tokens: "5 tokens" })
  })

  it("of local models alone costs nothing", () => {
    const free = record(1, openai, { usage: estimated(5), cost: costs(0, "estimated") })
    assert.deepStrictEqual(ofRun(free), { tokens: "≈ 5 tokens" })
  })
})
