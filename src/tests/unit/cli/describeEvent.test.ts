/** Every plan event as one line of a terminal. */
import { assert, describe, it } from "@effect/vitest"
import { describeEvent } from "@/cli/describeEvent"
import type { PlanEventBody } from "@/services/ai/orchestration/PlanEvent"
import {
  answerStarted,
  anthropic,
  attemptFailed,
  attemptStarted,
  completed,
  eventsOf,
  failed,
  openai,
  overloaded,
  planStarted,
  record,
  retryScheduled,
  switched,
  text,
} from "@/tests/support/planEvents"

const lines: ReadonlyArray<{ readonly body: PlanEventBody; readonly line: string }> = [
  {
    body: planStarted({ provider: "openai" }, anthropic),
    line: 'plan "default": openai/default ×1, then anthropic/claude-haiku-5-5 ×1',
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
  { body: attemptStarted(2, openai), line: "→ #2 asking openai/gpt-5.4" },
  { body: answerStarted(2, openai), line: "● openai/gpt-5.4 began after 7ms" },
  { body: text('one\n"two"'), line: '  "one\\n\\"two\\""' },
  { body: { type: "reasoning-delta", text: "hm" }, line: '  (thinking) "hm"' },
  {
    body: { type: "tool-call", id: "c1", name: "weather", params: { city: "Bern" } },
    line: '  calls weather({"city":"Bern"})',
  },
  { body: attemptFailed(1, openai), line: "✖ #1 openai answered 529: Overloaded (30ms)" },
  { body: retryScheduled(openai, 200), line: "⏳ waiting 200ms" },
  { body: retryScheduled(openai, 2000, true), line: "⏳ waiting 2s, as the provider asked" },
  {
    body: switched(openai, anthropic),
    line: "↪ switching from openai/gpt-5.4 to anthropic/claude-haiku-5-5: openai answered 529: Overloaded",
  },
  {
    body: completed(anthropic, record(1, openai), record(2, anthropic)),
    line: "✔ answered by anthropic/claude-haiku-5-5 (stop, 2 attempts, 5 tokens)",
  },
  {
    body: completed(openai, record(1, openai)),
    line: "✔ answered by openai/gpt-5.4 (stop, 1 attempt, 5 tokens)",
  },
  { body: failed(overloaded), line: "✖ failed after 0 attempts: openai answered 529: Overloaded" },
  {
    body: failed(overloaded, true, [record(1, openai)]),
    line: "✖ failed with an incomplete answer after 1 attempt: openai answered 529: Overloaded",
  },
]

describe("describeEvent", () => {
  it.each(lines)("$line", ({ body, line }) => {
    for (const event of eventsOf([body])) assert.strictEqual(describeEvent(event), line)
  })
})
