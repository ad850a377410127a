/** What a chat has used, in the header's few characters. */
import { assert, describe, it } from "@effect/vitest"
import { usageInShort } from "@/components/ai/header/usageInShort"
import type { UsageRow } from "@/services/conversations/Conversation"

const row = (changes: Partial<UsageRow>): UsageRow => ({
  key: "openai/gpt-5.4",
  label: "openai/gpt-5.4",
  attempts: 1,
  inputTokens: 0,
  outputTokens: 0,
  usd: 0,
  isComplete: true,
  ...changes,
})

describe("usageInShort", () => {
  it.each([
    ["nothing yet", [], undefined],
    ["nothing used", [row({})], undefined],
    [
      "cost and tokens of all models",
      [row({ usd: 0.003, outputTokens: 900 }), row({ usd: 0.0012, inputTokens: 1000 })],
      "$0.0042 · 1.9k tok",
    ],
    ["a free model", [row({ inputTokens: 3, outputTokens: 68 })], "71 tok"],
    ["a lower bound", [row({ usd: 1.5, outputTokens: 12, isComplete: false })], "at least $1.50 · 12 tok"],
    ["millions", [row({ inputTokens: 2_340_000 })], "2.3m tok"],
  ])("%s", (_, rows, expected) => assert.strictEqual(usageInShort(rows), expected))
})
