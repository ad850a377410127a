import { assert, describe, it } from "@effect/vitest"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { keepingAlive } from "@/server/gateway/keepingAlive"
import { bytesOf } from "@/tests/support/bytes"

const decoder = new TextDecoder()

/** What was written so far, and the hand that writes. */
const watched = Effect.gen(function* () {
  const queue = yield* Queue.unbounded<string, Cause.Done>()
  const written: Array<string> = []
  const body = keepingAlive(Stream.map(Stream.fromQueue(queue), bytesOf))
  const fiber = yield* Effect.forkChild(
    Stream.runForEach(body, (bytes) => Effect.sync(() => written.push(decoder.decode(bytes)))),
  )
  yield* TestClock.adjust(0)
  return {
    written,
    fiber,
    say: (text: string) => Effect.andThen(Queue.offer(queue, text), TestClock.adjust(0)),
    end: Queue.end(queue),
  }
})

const comment = ": keep-alive\n\n"

describe("a stream of events", () => {
  it.effect("that is silent gets a comment before ten seconds have passed, and one every five", () =>
    Effect.gen(function* () {
      const { written, say } = yield* watched
      yield* TestClock.adjust("3 seconds")
      yield* say("a")
      yield* TestClock.adjust("6 seconds")
      assert.deepStrictEqual(written, ["a"])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(written, ["a", comment])
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(written, ["a", comment, comment, comment])
    }),
  )

  it.effect("that speaks gets none", () =>
    Effect.gen(function* () {
      const { written, say } = yield* watched
      for (let second = 0; second < 60; second += 1) {
        yield* say("a")
        yield* TestClock.adjust("1 second")
      }
      assert.deepStrictEqual(new Set(written), new Set(["a"]))
      assert.strictEqual(written.length, 60)
    }),
  )

  it.effect("ends with its own end, at once", () =>
    Effect.gen(function* () {
      const { written, say, end, fiber } = yield* watched
      yield* say("a")
      yield* end
      yield* Fiber.join(fiber)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(written, ["a"])
    }),
  )
})
