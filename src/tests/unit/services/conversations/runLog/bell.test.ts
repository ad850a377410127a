import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { makeBell } from "@/services/conversations/runLog/bell"

describe("a bell", () => {
  it.effect("does not let wait for what is so already", () => makeBell().until(() => true))

  it.effect("wakes everybody for whom it has become so, and nobody else", () =>
    Effect.gen(function* () {
      const bell = makeBell()
      let count = 0
      const waitFor = (wanted: number) =>
        Effect.forkChild(
          bell.until(() => count >= wanted),
          { startImmediately: true },
        )
      const [first, second, third] = [yield* waitFor(1), yield* waitFor(1), yield* waitFor(2)]
      count = 1
      bell.ring()
      yield* Fiber.join(first)
      yield* Fiber.join(second)
      assert.isUndefined(third.pollUnsafe())
      count = 2
      bell.ring()
      yield* Fiber.join(third)
    }),
  )

  it.effect("forgets those who stop waiting", () =>
    Effect.gen(function* () {
      const bell = makeBell()
      let asked = 0
      const fiber = yield* Effect.forkChild(
        bell.until(() => {
          asked += 1
          return false
        }),
        { startImmediately: true },
      )
      yield* Fiber.interrupt(fiber)
      bell.ring()
      assert.strictEqual(asked, 1)
    }),
  )
})
