/** The last event of a run that was stopped, from its log. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { AIProviderError, toPrompt } from "@/services/ai"
import { closingOf } from "@/services/ai/orchestration/closingOf"
import type { PlanEventBody } from "@/services/ai/orchestration/PlanEvent"
import {
  answerStarted,
  anthropic,
  attemptFailed,
  attemptStarted,
  costs,
  eventsOf,
  openai,
  overloaded,
  planStarted,
  reported,
  startedAt,
  text,
} from "@/tests/support/planEvents"

const error = AIProviderError.of({ provider: "commander", reason: "Aborted", message: "stopped by the user" })
const at = startedAt + 1000
const prompt = toPrompt([{ role: "user", content: "Why is the sky blue?" }])
const request = { prompt }

const logOf = (...bodies: ReadonlyArray<PlanEventBody>) =>
  eventsOf([planStarted(openai, anthropic), ...bodies])
const writing = logOf(
  attemptStarted(1, openai),
  attemptFailed(1, openai, { usage: reported(2), cost: costs(0.5) }),
  attemptStarted(2, anthropic, 1),
  answerStarted(2, anthropic),
  text("The sky is"),
)

describe("the end of a run that was stopped", () => {
  it("is the whole log where nothing was logged", () => {
    assert.deepStrictEqual(closingOf([], { error, at, request }), {
      type: "plan-failed",
      sequence: 0,
      at,
      error,
      attempts: [],
      totals: { inputTokens: 0, outputTokens: 0, usd: 0, isComplete: true },
      partial: false,
    })
  })

  it("follows the last event, and says that a part was shown", () => {
    const closing = closingOf(writing, { error, at, request })
    assert.deepInclude(closing, { sequence: writing.length, at, error, partial: true })
    assert.isFalse(closingOf(logOf(attemptStarted(1, openai)), { error, at, request }).partial)
  })

  it("ends what was under way with its error, beside what had failed before", () => {
    const { attempts } = closingOf(writing, { error, at, request })
    assert.deepStrictEqual(
      attempts.map((record) => [record.attempt, record.target, record.error]),
      [
        [1, openai, overloaded],
        [2, anthropic, error],
      ],
    )
    assert.deepInclude(attempts[1], { emitted: 10, duration: Duration.millis(20), step: 1 })
  })

  it("books what was sent and received by then, and sums it up", () => {
    const { attempts, totals } = closingOf(writing, { error, at, request })
    const { usage, cost } = attempts[1] ?? {}
    assert.strictEqual(usage?.source, "estimated")
    assert.isAbove(usage?.inputTokens ?? 0, 0)
    assert.strictEqual(usage?.outputTokens, 3)
    assert.deepStrictEqual(totals, {
      inputTokens: 3 + (usage?.inputTokens ?? 0),
      outputTokens: 2 + 3,
      usd: 0.5 + (cost?.usd ?? 0),
      isComplete: true,
    })
  })

  it("does not make up what it used when it is not told what was asked", () => {
    const { attempts, totals } = closingOf(writing, { error, at })
    assert.deepStrictEqual(attempts[1]?.usage, { source: "unknown" })
    assert.deepStrictEqual(attempts[1]?.cost, { source: "unknown" })
    assert.deepInclude(totals, { outputTokens: 2, isComplete: false })
  })
})
