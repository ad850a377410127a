/** The place where a run puts its events: nothing is lost between a reader that comes and goes and a telemetry that breaks. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { eventsOf, type Produce } from "@/services/ai/orchestration/eventSink"
import type { Terminal } from "@/services/ai/orchestration/PlanEvent"
import { notRun } from "@/services/ai/orchestration/runState"
import { missingKey, text } from "@/tests/support/planEvents"

const terminal: Terminal = notRun(missingKey)

const words = ["The", " sky", " is", " blue"]

/** A word a second. */
const speaks: Produce["run"] = ({ tell }) =>
  Effect.as(
    Effect.forEach(words, (word) => Effect.delay(tell([text(word)]), "1 second"), { discard: true }),
    terminal,
  )

describe("a reader that stops waiting and comes back", () => {
  it.effect("finds what was told meanwhile", () =>
    Effect.gen(function* () {
      const pull = yield* Stream.toPull(eventsOf({ run: speaks, observe: () => undefined }))
      const waited = yield* Effect.forkChild(Effect.timeoutOption(pull, "500 millis"))
      yield* TestClock.adjust("500 millis")
      assert.isTrue(Option.isNone(yield* Fiber.join(waited)))
      yield* TestClock.adjust("1 minute")
      const read = yield* Pull.catchDone(pull, () => Effect.succeed([]))
      assert.deepStrictEqual(
        read.map(({ sequence }) => sequence),
        [0, 1, 2, 3, 4],
      )
    }),
  )
})

describe("a run that goes on", () => {
  it.effect("has the numbers after those of its log, and says of a defect that a part was shown", () =>
    Effect.gen(function* () {
      const run: Produce["run"] = ({ tell }) => Effect.andThen(tell(words.map(text)), Effect.die("broken"))
      const events = yield* Stream.runCollect(
        eventsOf({ run, observe: () => undefined, from: { sequence: 7, shown: true } }),
      )
      assert.deepStrictEqual(
        events.map(({ sequence }) => sequence),
        [7, ...words.map((_, index) => 8 + index)],
      )
      assert.deepInclude(events.at(-1), { type: "plan-failed", partial: true })
    }),
  )
})

describe("a telemetry that breaks", () => {
  const thrown = new Error("no telemetry today")

  it.effect.each<readonly [how: string, observe: Produce["observe"]]>([
    ["when its effect runs", () => Effect.die(thrown)],
    [
      "when it is called",
      () => {
        throw thrown
      },
    ],
  ])("loses its lines and nothing of the run, %s", ([, observe]) =>
    Effect.gen(function* () {
      const run: Produce["run"] = ({ tell }) => Effect.as(tell(words.map(text)), terminal)
      const events = yield* Stream.runCollect(eventsOf({ run, observe }))
      assert.deepStrictEqual(
        events.map(({ type }) => type),
        [...words.map(() => "text-delta"), "plan-failed"],
      )
      const last = events.at(-1)
      assert(last?.type === "plan-failed")
      assert.strictEqual(last.error, missingKey)
    }),
  )
})
