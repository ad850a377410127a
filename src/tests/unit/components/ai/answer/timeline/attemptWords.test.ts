/** What the rows of attempts say. */
import { assert, describe, it } from "@effect/vitest"
import { failure, notNeeded, seamInWords } from "@/components/ai/answer/timeline/attemptWords"
import type { Successor } from "@/hooks/ai/chatState"
import { anthropic, openai } from "@/tests/support/planEvents"

const failed = (begun: boolean, tokens?: string, text?: Successor["text"]) =>
  failure({
    state: "failed",
    error: { sentence: "", remedy: { kind: "none" }, details: [] },
    duration: 30,
    begun,
    spent: tokens === undefined ? {} : { tokens },
    ...(text === undefined ? {} : { successor: { target: anthropic, text } }),
  })

describe("the row of an attempt that failed", () => {
  it.each([
    ["before its first word", failed(false), "failed"],
    ["before its first word, though its prompt was counted", failed(false, "≈ 3 tokens"), "failed"],
    ["in the middle", failed(true, "≈ 3 tokens"), "cut after ≈ 3 tokens"],
    ["in the middle, when nobody counted", failed(true), "cut"],
    [
      "and was continued",
      failed(true, "≈ 3 tokens", "continued"),
      "cut after ≈ 3 tokens, continued by anthropic/claude-haiku-5-5",
    ],
    [
      "and was taken back",
      failed(true, "≈ 3 tokens", "taken-back"),
      "cut after ≈ 3 tokens; its text was taken back, and anthropic/claude-haiku-5-5 began anew",
    ],
    [
      "while it was thinking",
      failed(true, "≈ 3 tokens", "none"),
      "cut before the first word, answered by anthropic/claude-haiku-5-5",
    ],
  ])("%s", (_fact, says, expected) => assert.strictEqual(says, expected))
})

it("the row of an attempt that was overtaken names the faster one", () => {
  assert.strictEqual(notNeeded(anthropic), "not needed: anthropic/claude-haiku-5-5 began first")
  assert.strictEqual(notNeeded(undefined), "not needed: another began first")
})

it("a seam names both sides", () => {
  assert.deepStrictEqual(seamInWords({ at: 7, from: openai, target: anthropic }), {
    at: 7,
    says: "openai/gpt-5.4 broke off here; anthropic/claude-haiku-5-5 went on",
  })
})
