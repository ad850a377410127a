/** What is told of what was used. */
import { assert, describe, it } from "@effect/vitest"
import { costOf, dayOf, ranges, sinceOf, totalsOf } from "@/components/library/usage/usageWords"
import type { UsageRow } from "@/hooks/conversations/library"

const row = (figures: Partial<UsageRow>): UsageRow => ({
  key: "key",
  label: "label",
  attempts: 1,
  inputTokens: 10,
  outputTokens: 5,
  usd: 0.5,
  isComplete: true,
  ...figures,
})

describe("usage", () => {
  it("sums up, and is complete when all of it is", () => {
    assert.deepStrictEqual(totalsOf([row({}), row({ attempts: 2, usd: 0.25 })]), {
      attempts: 3,
      inputTokens: 20,
      outputTokens: 10,
      usd: 0.75,
      isComplete: true,
    })
    assert.isFalse(totalsOf([row({}), row({ isComplete: false })]).isComplete)
  })

  it.each([
    [0, true, "$0"],
    [0, false, "unknown"],
    [0.00004, true, "less than $0.0001"],
    [0.0042, true, "$0.0042"],
    [0.0421, true, "$0.042"],
    [0.4, true, "$0.40"],
    [12.3456, true, "$12.35"],
    [1_234.5, false, "at least $1,234.50"],
  ])("costs %d (complete: %s): %s", (usd, isComplete, words) => {
    assert.strictEqual(costOf({ usd, isComplete }), words)
  })

  it("of the last days begins with the first of them, in UTC, today included", () => {
    const now = Date.UTC(2026, 10, 24, 23, 59)
    const since = ranges.map((range) => sinceOf(range, now))
    assert.deepStrictEqual(since, [Date.UTC(2026, 10, 18), Date.UTC(2026, 9, 26), undefined])
  })

  it("names days as people do, and leaves what is no day", () => {
    assert.strictEqual(dayOf("2026-11-24"), "Tue, Nov 24, 2026")
    assert.strictEqual(dayOf("openai/gpt-5.4"), "openai/gpt-5.4")
  })
})
