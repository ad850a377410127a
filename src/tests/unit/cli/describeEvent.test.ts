/** Every plan event as one line of a terminal. */
import { assert, describe, it } from "@effect/vitest"
import { describeEvent } from "@/cli/describeEvent"
import type { PlanEventBody } from "@/services/ai/orchestration/PlanEvent"
import {
  answerDiscarded,
  answerResumed,
  answerStarted,
  anthropic,
  attemptFailed,
  attemptStarted,
  completed,
  costs,
  cut,
  estimated,
  eventsOf,
  failed,
  ollama,
  openai,
  overloaded,
  planStarted,
  record,
  retryScheduled,
  startedAt,
  superseded,
  switched,
  text,
} from "@/tests/support/planEvents"

const lines: ReadonlyArray<{ readonly body: PlanEventBody; readonly line: string }> = [
  {
    body: planStarted({ provider: "openai" }, anthropic),
    line: 'plan "default" (run-1): openai/default ×1, then anthropic/claude-haiku-5-5 ×1',
  },
  {
    body: {
      type: "step-skipped",
      step: 1,
      provider: "anthropic",
      reason: { message: "Anthropic has no key" },
    },
    line: "○ anthropic skipped: Anthropic has no key",
  },
  {
    body: {
      type: "step-skipped",
      step: 1,
      provider: "anthropic",
      reason: { message: "its circuit is open", reopensAt: startedAt + 11_500 },
    },
    line: "○ anthropic skipped: its circuit is open; can be asked again in 12s",
  },
  { body: attemptStarted(2, openai), line: "→ #2 asking openai/gpt-5.4" },
  { body: attemptStarted(2, openai, 0, "hedge"), line: "→ #2 asking openai/gpt-5.4 as well" },
  { body: attemptStarted(2, openai, 0, "rescue"), line: "→ #2 asking openai/gpt-5.4 to finish the answer" },
  { body: answerStarted(2, openai), line: "● openai/gpt-5.4 began after 7ms" },
  { body: answerResumed(2, openai), line: "● openai/gpt-5.4 goes on after 7ms (instruction)" },
  { body: answerResumed(2, openai, "fresh"), line: "● openai/gpt-5.4 began anew after 7ms (fresh)" },
  { body: answerDiscarded(2, openai), line: "⌫ the text so far is taken back: openai/gpt-5.4 begins anew" },
  { body: text('one\n"two"'), line: '  "one\\n\\"two\\""' },
  { body: { type: "reasoning-delta", text: "hm" }, line: '  (thinking) "hm"' },
  {
    body: { type: "tool-call", id: "c1", name: "weather", params: { city: "Bern" } },
    line: '  calls weather({"city":"Bern"})',
  },
  { body: attemptFailed(1, openai), line: "✖ #1 openai answered 529: Overloaded (30ms)" },
  {
    body: attemptFailed(1, openai, { error: cut, usage: estimated(9), cost: costs(0.00123, "estimated") }),
    line: "✖ #1 openai: the connection broke (30ms, ≈ $0.0012)",
  },
  {
    body: attemptFailed(1, openai, { error: superseded }),
    line: "○ #1 openai/gpt-5.4 was not needed: another target began first (30ms)",
  },
  { body: retryScheduled(openai, 200), line: "⏳ waiting 200ms" },
  { body: retryScheduled(openai, 2000, true), line: "⏳ waiting 2s, as the provider asked" },
  {
    body: switched(openai, anthropic),
    line: "↪ switching from openai/gpt-5.4 to anthropic/claude-haiku-5-5: openai answered 529: Overloaded",
  },
  {
    body: completed(anthropic, record(1, openai), record(2, anthropic)),
    line: "✔ answered by anthropic/claude-haiku-5-5 (stop, 2 attempts, 10 tokens, $0.004)",
  },
  {
    body: completed(openai, record(1, openai)),
    line: "✔ answered by openai/gpt-5.4 (stop, 1 attempt, 5 tokens, $0.002)",
  },
  { body: failed(overloaded), line: "✖ failed after 0 attempts: openai answered 529: Overloaded" },
  {
    body: failed(overloaded, true, [record(1, openai)]),
    line: "✖ failed with an incomplete answer after 1 attempt, 5 tokens, $0.002: openai answered 529: Overloaded",
  },
]

describe("describeEvent", () => {
  it("gives no figure that is nothing", () => {
    const free = record(1, ollama, { usage: { source: "reported", outputTokens: 5 }, cost: costs(0) })
    const [event] = eventsOf([completed(ollama, free)])
    assert(event !== undefined)
    assert.strictEqual(describeEvent(event), "✔ answered by ollama/gemma3:1b (stop, 1 attempt, 5 tokens)")
  })

  it.each(lines)("$line", ({ body, line }) => {
    for (const event of eventsOf([body])) assert.strictEqual(describeEvent(event), line)
  })
})
