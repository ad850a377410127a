/** The verdict table, one row per line of docs/plans.md. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { AIConfigurationError, AIProviderError, ProviderErrorReason } from "@/services/ai"
import { verdict, type Position } from "@/services/ai/orchestration/verdict"

const provider = (
  reason: ProviderErrorReason,
  retryAfter?: Duration.Input,
  isRetryable?: boolean,
): AIProviderError =>
  AIProviderError.of({
    provider: "openai",
    message: "m",
    reason,
    ...(retryAfter === undefined ? {} : { retryAfter: Duration.fromInputUnsafe(retryAfter) }),
    ...(isRetryable === undefined ? {} : { isRetryable }),
  })

const before: Position = { committed: false, sameReason: 1, onRefusal: "stop", phase: "answer" }
const nth = (sameReason: number): Position => ({ ...before, sameReason })
const after: Position = { ...before, committed: true }

type Row = readonly [
  fact: string,
  error: AIProviderError | AIConfigurationError,
  position: Position,
  again: "No" | "Backoff" | "After",
  then: string,
  breaker: string,
  cool?: string,
]

const rows: ReadonlyArray<Row> = [
  [
    "connect refused or reset before headers",
    provider("ConnectionFailed"),
    before,
    "Backoff",
    "next",
    "failure",
  ],
  ["408, 409, 425, 500, 502, 504", provider("ServerError"), before, "Backoff", "next", "failure"],
  ["503, 529, overloaded: once more", provider("Overloaded"), nth(1), "Backoff", "next", "failure-twice"],
  ["503, 529, overloaded again", provider("Overloaded"), nth(2), "No", "next", "failure-twice"],
  [
    "429 with a short Retry-After",
    provider("RateLimited", "3 seconds"),
    before,
    "After",
    "next",
    "ignored",
    "Target 3s",
  ],
  [
    "429 with a longer Retry-After",
    provider("RateLimited", "4 seconds"),
    before,
    "No",
    "next",
    "ignored",
    "Target 4s",
  ],
  [
    "429 with an endless Retry-After cools five minutes at most",
    provider("RateLimited", "1 hour"),
    before,
    "No",
    "next",
    "ignored",
    "Target 5m",
  ],
  ["429 without Retry-After, first", provider("RateLimited"), nth(1), "Backoff", "next", "ignored"],
  ["429 without Retry-After, second", provider("RateLimited"), nth(2), "Backoff", "next", "ignored"],
  ["429 without Retry-After, third", provider("RateLimited"), nth(3), "No", "next", "ignored", "Target 15s"],
  ["quota exhausted", provider("QuotaExhausted"), before, "No", "next", "ignored", "Target 5m"],
  ["401, 403 about the key", provider("InvalidKey"), before, "No", "next", "ignored", "Key 5m"],
  [
    "model or region not allowed, model unknown, parameter unsupported",
    provider("TargetUnsupported"),
    before,
    "No",
    "next",
    "ignored",
    "Refusal 5m",
  ],
  ["no headers, no first part", provider("NoFirstPart"), before, "No", "next", "failure"],
  ["stall before anything was shown", provider("Stalled"), before, "No", "next", "failure"],
  ["context too long", provider("ContextTooLong"), before, "No", "larger-window", "ignored"],
  ["content refused", provider("ContentRefused"), before, "No", "stop", "ignored"],
  [
    "content refused where the step allows the next",
    provider("ContentRefused"),
    { ...before, onRefusal: "next" },
    "No",
    "next",
    "ignored",
  ],
  ["any other 4xx", provider("InvalidRequest"), before, "No", "stop", "ignored"],
  ["200 that is not an answer", provider("MalformedResponse"), before, "Backoff", "next", "failure"],
  ["cut before anything was shown", provider("Cut"), before, "Backoff", "next", "failure"],
  ["cut after something was shown", provider("Cut"), after, "No", "rescue", "failure"],
  ["reset after something was shown", provider("ConnectionFailed"), after, "No", "rescue", "failure"],
  ["stall after something was shown", provider("Stalled"), after, "No", "rescue", "failure"],
  [
    "an error inside the stream after something was shown",
    provider("Overloaded"),
    after,
    "No",
    "rescue",
    "failure",
  ],
  [
    "a filter that stops an answer after something was shown",
    provider("ContentRefused"),
    after,
    "No",
    "stop",
    "ignored",
  ],
  ["an empty answer, first", provider("EmptyAnswer"), nth(1), "Backoff", "next", "ignored"],
  ["an empty answer, second", provider("EmptyAnswer"), nth(2), "No", "next", "ignored"],
  ["an answer of thoughts alone", provider("EmptyAnswer"), after, "No", "rescue", "ignored"],
  [
    "an error without a finer class that may pass",
    provider("Unknown", undefined, true),
    before,
    "Backoff",
    "next",
    "failure",
  ],
  [
    "an error without a finer class that will not",
    provider("Unknown", undefined, false),
    before,
    "No",
    "next",
    "failure",
  ],
  [
    "a configuration error of the step",
    new AIConfigurationError({ message: "m" }),
    before,
    "No",
    "next",
    "ignored",
  ],
  ["the consumer went away", provider("Aborted"), before, "No", "stop", "ignored"],
  ["the deadline", provider("DeadlineExceeded"), before, "No", "stop", "ignored"],
  ["Commander was stopped", provider("Interrupted"), before, "Backoff", "next", "ignored"],
  [
    "Commander was stopped after something was shown",
    provider("Interrupted"),
    after,
    "No",
    "rescue",
    "ignored",
  ],
  ["the page lost its server", provider("Disconnected"), before, "No", "stop", "ignored"],
]

describe("verdict", () => {
  it.each(rows.map((row) => ({ fact: row[0], row })))("$fact", ({ row }) => {
    const [, error, position, again, then, breaker, cool] = row
    const ruling = verdict(error, position)
    const cooling =
      ruling.cool._tag === "None" ? undefined : `${ruling.cool._tag} ${Duration.format(ruling.cool.duration)}`
    assert.deepStrictEqual(
      [ruling.again._tag, ruling.then, ruling.breaker, cooling],
      [again, then, breaker, cool],
    )
  })

  it("waits exactly as long as a short Retry-After asks", () => {
    const { again } = verdict(provider("RateLimited", "2 seconds"), before)
    assert(again._tag === "After")
    assert.strictEqual(Duration.toMillis(again.wait), 2000)
  })

  it("never asks again after something was shown: only a continuation or the end may follow", () => {
    for (const reason of ProviderErrorReason.literals) {
      const { again, then } = verdict(provider(reason), after)
      assert.strictEqual(again._tag, "No")
      assert.oneOf(then, ["rescue", "stop"])
    }
  })
})
