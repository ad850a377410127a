import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { StoreError, type LoggedEvents } from "@/services/conversations/ConversationStore"
import { defaults, makeGroupCommit } from "@/services/conversations/runLog/groupCommit"
import { makeLiveRun, type LiveRun } from "@/services/conversations/runLog/liveRun"
import type { PlanEvent } from "@/services/ai/orchestration/PlanEvent"

const deltas = (from: number, count: number): ReadonlyArray<PlanEvent> =>
  Array.from({ length: count }, (_, index) => ({
    type: "text-delta",
    sequence: from + index,
    at: 0,
    text: `${from + index} `,
  }))

const numbersOf = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<number> =>
  events.map(({ sequence }) => sequence)

/** A log that keeps its batches, and is slow or broken when told to be. */
const makeLog = () => {
  const batches: Array<ReadonlyArray<LoggedEvents>> = []
  const log = {
    batches,
    written: Effect.void as Effect.Effect<void, StoreError>,
    append: (batch: ReadonlyArray<LoggedEvents>) =>
      Effect.tap(
        Effect.suspend(() => log.written),
        () => Effect.sync(() => batches.push(batch)),
      ),
  }
  return log
}

const tell = (
  add: (run: LiveRun, events: ReadonlyArray<PlanEvent>) => Effect.Effect<void> | undefined,
  run: LiveRun,
  events: ReadonlyArray<PlanEvent>,
) => Effect.suspend(() => add(run, events) ?? Effect.void)

describe("the group commit", () => {
  it.effect("shows events only once they are logged", () =>
    Effect.gen(function* () {
      const log = makeLog()
      log.written = Effect.sleep("1 second")
      const { add } = yield* makeGroupCommit(log.append)
      const run = makeLiveRun("run")
      yield* tell(add, run, deltas(0, 3))
      yield* TestClock.adjust("999 millis")
      assert.deepStrictEqual(numbersOf(run.recent), [])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(numbersOf(run.recent), [0, 1, 2])
      assert.strictEqual(run.next, 3)
    }),
  )

  it.effect("logs what comes within the interval together, all runs in one batch", () =>
    Effect.gen(function* () {
      const log = makeLog()
      const { add } = yield* makeGroupCommit(log.append)
      const [one, other] = [makeLiveRun("one"), makeLiveRun("other", deltas(0, 7))]
      yield* tell(add, one, deltas(0, 1))
      yield* TestClock.adjust("1 millis")
      assert.lengthOf(log.batches, 1)
      yield* tell(add, one, deltas(1, 2))
      yield* tell(add, other, deltas(7, 1))
      yield* TestClock.adjust(Duration.subtract(defaults.interval, Duration.millis(2)))
      assert.lengthOf(log.batches, 1)
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(
        log.batches[1]?.map(({ runId, events }) => [runId, numbersOf(events)]),
        [
          ["one", [1, 2]],
          ["other", [7]],
        ],
      )
    }),
  )

  it.effect(
    "does not wait for the interval when a run has told much, and holds that run up until it is logged",
    () =>
      Effect.gen(function* () {
        const log = makeLog()
        const { add } = yield* makeGroupCommit(log.append)
        const run = makeLiveRun("run")
        yield* tell(add, run, deltas(0, 1))
        yield* TestClock.adjust("1 millis")
        log.written = Effect.sleep("5 millis")
        const held = yield* Effect.forkChild(tell(add, run, deltas(1, defaults.pending)))
        yield* TestClock.adjust("4 millis")
        assert.lengthOf(log.batches, 1)
        yield* TestClock.adjust("1 millis")
        assert.lengthOf(log.batches, 2)
        yield* Fiber.join(held)
      }),
  )

  it.effect("events that come while others are being logged follow them, without a gap", () =>
    Effect.gen(function* () {
      const log = makeLog()
      log.written = Effect.sleep("1 second")
      const { add, flushed } = yield* makeGroupCommit(log.append)
      const run = makeLiveRun("run")
      yield* tell(add, run, deltas(0, 2))
      yield* TestClock.adjust("500 millis")
      yield* tell(add, run, deltas(2, 2))
      const flushing = yield* Effect.forkChild(flushed(run))
      yield* TestClock.adjust("500 millis")
      assert.deepStrictEqual(numbersOf(run.recent), [0, 1])
      assert.isUndefined(flushing.pollUnsafe())
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.join(flushing)
      assert.deepStrictEqual(numbersOf(run.recent), [0, 1, 2, 3])
    }),
  )

  it.effect("a run whose events are refused does not take those of others with it", () =>
    Effect.gen(function* () {
      const logged: Array<string> = []
      const { add } = yield* makeGroupCommit((batch) =>
        Effect.suspend(() => {
          if (batch.some(({ runId }) => runId === "refused"))
            return Effect.fail(new StoreError({ reason: "Refused", message: "no such run" }))
          logged.push(...batch.map(({ runId }) => runId))
          return Effect.void
        }),
      )
      const runs = ["one", "refused", "other"].map((name) => makeLiveRun(name))
      for (const run of runs) yield* tell(add, run, deltas(0, 1))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(logged, ["one", "other"])
      assert.deepStrictEqual(
        runs.map((run) => run.next),
        [1, 1, 1],
      )
    }),
  )

  it.effect("does not write for a run that has told nothing", () =>
    Effect.gen(function* () {
      const log = makeLog()
      const { add } = yield* makeGroupCommit(log.append)
      yield* tell(add, makeLiveRun("silent"), [])
      yield* tell(add, makeLiveRun("run"), deltas(0, 1))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(
        log.batches.map((batch) => batch.map(({ runId }) => runId)),
        [["run"]],
      )
    }),
  )

  it.effect("an answer goes on being shown when it cannot be logged", () =>
    Effect.gen(function* () {
      const log = makeLog()
      log.written = Effect.fail(new StoreError({ reason: "Full", message: "the disk is full" }))
      const { add } = yield* makeGroupCommit(log.append)
      const run = makeLiveRun("run")
      yield* tell(add, run, deltas(0, 2))
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(numbersOf(run.recent), [0, 1])
      assert.lengthOf(log.batches, 0)
    }),
  )
})
