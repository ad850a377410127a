/** One attempt and its limits of time, with parts that a test times. */
import { assert, describe, it } from "@effect/vitest"
import type * as Response from "effect/ai/Response"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { AiError } from "@/services/ai"
import { plainVoice } from "@/services/ai/orchestration/answerVoice"
import { runAttempt, type AttemptOptions } from "@/services/ai/orchestration/attempt"
import type { PlanEventBody } from "@/services/ai/orchestration/PlanEvent"

type Part = Response.StreamPartEncoded

const usage = { inputTokens: {}, outputTokens: {} }
const finish = (reason: Response.FinishReason): Part => ({
  type: "finish",
  reason,
  usage,
  response: undefined,
})

/** Each part after a pause of so many seconds. */
const paced = (...parts: ReadonlyArray<readonly [seconds: number, part: Part]>): Stream.Stream<Part> =>
  Stream.mapEffect(Stream.rechunk(Stream.fromIterable(parts), 1), ([seconds, part]) =>
    Effect.as(Effect.sleep(Duration.seconds(seconds)), part),
  )

const attemptOf = (parts: Stream.Stream<Part, AiError>, more: Partial<AttemptOptions> = {}) =>
  Effect.gen(function* () {
    const events: Array<PlanEventBody> = []
    const fiber = yield* Effect.forkChild(
      runAttempt({
        target: { provider: "openai", model: "gpt-4.1" },
        parts,
        firstPart: Duration.seconds(10),
        boundByDeadline: false,
        stall: Duration.seconds(10),
        deadlineAt: Number.POSITIVE_INFINITY,
        endsAt: Number.POSITIVE_INFINITY,
        voice: plainVoice,
        begin: () => Effect.succeed(true),
        handOn: (bodies) => {
          events.push(...bodies)
          return undefined
        },
        ...more,
      }),
    )
    yield* TestClock.adjust("10 minutes")
    return { outcome: yield* Fiber.join(fiber), events }
  })

const toolCall: ReadonlyArray<readonly [number, Part]> = [
  [8, { type: "tool-params-start", id: "1", name: "search" }],
  [8, { type: "tool-params-delta", id: "1", delta: '{"q":' }],
  [8, { type: "tool-params-delta", id: "1", delta: '"sky"}' }],
]

describe("an attempt", () => {
  it.effect("has begun with the arguments of a tool call, which may take as long as they keep coming", () =>
    Effect.gen(function* () {
      const parts = paced(
        ...toolCall,
        [8, { type: "tool-call", id: "1", name: "search", params: { q: "sky" } }],
        [0, finish("tool-calls")],
      )
      const { outcome, events } = yield* attemptOf(parts)
      assert.strictEqual(outcome._tag, "Answered")
      assert.deepStrictEqual(
        events.map(({ type }) => type),
        ["tool-call"],
      )
    }),
  )

  it.effect("whose arguments stop coming has stalled, and nothing of it was shown", () =>
    Effect.gen(function* () {
      const { outcome, events } = yield* attemptOf(Stream.concat(paced(...toolCall), Stream.never))
      assert(outcome._tag === "Failed" && outcome.error._tag === "AIProviderError")
      assert.deepStrictEqual([outcome.error.reason, outcome.begun, events.length], ["Stalled", false, 0])
    }),
  )

  it.effect("that only announces its answer has not begun", () =>
    Effect.gen(function* () {
      const announced = paced([8, { type: "response-metadata" }], [8, { type: "text-start", id: "0" }])
      const { outcome } = yield* attemptOf(Stream.concat(announced, Stream.never))
      assert(outcome._tag === "Failed" && outcome.error._tag === "AIProviderError")
      assert.strictEqual(outcome.error.reason, "NoFirstPart")
      assert.strictEqual(Duration.toSeconds(outcome.duration), 10)
    }),
  )

  it.effect("ends with the longest time of its run, also when nobody takes what it hands on", () =>
    Effect.gen(function* () {
      const endsAt = 20_000
      const parts = Stream.concat(paced([1, { type: "text-delta", id: "0", delta: "The sky" }]), Stream.never)
      const { outcome } = yield* attemptOf(parts, { endsAt, handOn: () => Effect.never })
      assert(outcome._tag === "Failed" && outcome.error._tag === "AIProviderError")
      assert.strictEqual(outcome.error.reason, "DeadlineExceeded")
      assert.strictEqual(Duration.toMillis(outcome.duration), endsAt)
    }),
  )

  it.effect("of a provider whose code breaks fails, without the key that the defect may name", () =>
    Effect.gen(function* () {
      const { outcome } = yield* attemptOf(Stream.die(new Error("no sk-abcdefghijklmnop here")))
      assert(outcome._tag === "Failed")
      assert.include(outcome.error.message, "[redacted]")
      assert.notInclude(outcome.error.message, "abcdefgh")
    }),
  )
})
