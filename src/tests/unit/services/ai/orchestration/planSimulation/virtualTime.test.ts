/** Time that jumps: in order, at once, and the same every time. */
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import { inVirtualTime } from "@/services/ai/orchestration/planSimulation/virtualTime"

describe("inVirtualTime", () => {
  it.live("a year passes at once, and the clock says so", () =>
    Effect.gen(function* () {
      const passed = yield* inVirtualTime(Effect.andThen(Effect.sleep("365 days"), Clock.currentTimeMillis))
      assert.strictEqual(passed, 365 * 86_400_000)
    }),
  )

  it.live("sleepers wake in the order of their times, those of one time in the order of their coming", () =>
    Effect.gen(function* () {
      const woken: Array<string> = []
      const sleeper = (name: string, seconds: number) =>
        Effect.sleep(`${seconds} seconds`).pipe(Effect.andThen(Effect.sync(() => woken.push(name))))
      yield* inVirtualTime(
        Effect.all([sleeper("c", 3), sleeper("a", 1), sleeper("b", 2), sleeper("c2", 3), sleeper("a2", 1)], {
          concurrency: "unbounded",
        }),
      )
      assert.deepStrictEqual(woken, ["a", "a2", "b", "c", "c2"])
    }),
  )

  it.live("what two fibers do between their sleeps comes in the order of time", () =>
    Effect.gen(function* () {
      const told: Array<number> = []
      const tick = (seconds: number) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.sync(() => void told.push(now / 1000))).pipe(
          Effect.repeat(Schedule.spaced(`${seconds} seconds`).pipe(Schedule.upTo({ times: 3 }))),
        )
      yield* inVirtualTime(Effect.all([tick(2), tick(3)], { concurrency: "unbounded" }))
      assert.deepStrictEqual(told, [0, 0, 2, 3, 4, 6, 6, 9])
    }),
  )

  it.live("an interrupted sleeper does not move the time", () =>
    Effect.gen(function* () {
      const now = yield* inVirtualTime(
        Effect.gen(function* () {
          const sleeper = yield* Effect.forkChild(Effect.sleep("1 hour"))
          yield* Effect.sleep("1 second")
          yield* Fiber.interrupt(sleeper)
          yield* Effect.sleep("1 second")
          return yield* Clock.currentTimeMillis
        }),
      )
      assert.strictEqual(now, 2_000)
    }),
  )

  it.live("time limits hold", () =>
    Effect.gen(function* () {
      const outcome = yield* inVirtualTime(
        Effect.never.pipe(
          Effect.timeoutOrElse({ duration: "3 minutes", orElse: () => Clock.currentTimeMillis }),
        ),
      )
      assert.strictEqual(outcome, 180_000)
    }),
  )

  it.live("a program that waits for nothing that can happen is told, not waited for", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(inVirtualTime(Effect.never))
      assert.strictEqual(error._tag, "NothingHappens")
    }),
  )

  it.live("failures come through", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* Effect.flip(inVirtualTime(Effect.delay(Effect.fail("broken"), "1 hour"))),
        "broken",
      )
    }),
  )

  it.live("a program that never comes to its end can be stopped from outside", () =>
    Effect.gen(function* () {
      const endless = yield* Effect.forkChild(inVirtualTime(Effect.forever(Effect.sleep("1 second"))))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(endless)
      assert.isDefined(endless.pollUnsafe())
    }),
  )

  it.effect("leaves the clock around it alone", () =>
    Effect.gen(function* () {
      const before = yield* Clock.currentTimeMillis
      yield* inVirtualTime(Effect.sleep("1 hour"))
      assert.strictEqual(yield* Clock.currentTimeMillis, before)
    }),
  )
})
