/** Stores that fail, or do not answer: requests go on, a second late at most. */
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import * as TestClock from "effect/testing/TestClock"
import { RetryBudgetStore, RetryBudgetStoreError } from "@/services/ai/orchestration/health/RetryBudgetStore"
import { TargetHealth } from "@/services/ai/orchestration/health/TargetHealth"
import { TargetHealthLive } from "@/services/ai/orchestration/health/TargetHealthLive"
import { openai } from "@/tests/support/planEvents"
import { admitted, answer, fail, hearing, times } from "./asking"

type Answers = <A>() => Effect.Effect<A, CircuitBreaker.CircuitBreakerError>

const refusesConnections: Answers = () =>
  new CircuitBreaker.CircuitBreakerError({
    reason: new CircuitBreaker.CircuitBreakerStoreError({
      message: "Failed to admit a call",
      cause: new Error("connect ECONNREFUSED"),
    }),
  })

const isSilent: Answers = () => Effect.never

/** A store in trouble, with the names of what it was asked for and what was logged. */
const worldOf = (answers: Answers) => {
  const asked: Array<string> = []
  const logged: Array<string> = []
  const says = <A>(name: string) =>
    Effect.andThen(
      Effect.sync(() => void asked.push(name)),
      answers<A>(),
    )
  const circuits = Layer.succeed(
    CircuitBreaker.CircuitBreakerStore,
    CircuitBreaker.CircuitBreakerStore.of({
      admit: () => says("admit"),
      record: () => says("record"),
      state: () => says("state"),
    }),
  )
  const budgetFails = Effect.mapError(
    answers<never>(),
    ({ message }) => new RetryBudgetStoreError({ message }),
  )
  const budgets = Layer.succeed(
    RetryBudgetStore,
    RetryBudgetStore.of({ record: () => budgetFails, take: () => budgetFails }),
  )
  const logger = Logger.make(({ message }) => void logged.push(String(message)))
  return {
    asked,
    logged,
    layer: Layer.mergeAll(
      Layer.provide(TargetHealthLive, [circuits, budgets, hearing().layer]),
      Logger.layer([logger]),
    ),
  }
}

describe("a store that refuses connections", () => {
  it.effect("admits every request, and no call of the permit fails", () =>
    Effect.gen(function* () {
      const { layer } = worldOf(refusesConnections)
      yield* Effect.gen(function* () {
        const { broke, reports, mayWaitFor } = yield* TargetHealth
        yield* times(20, fail("ServerError"))
        yield* times(20, answer({ kind: "retry" }))
        yield* broke(openai, "cut")
        assert.isTrue(yield* Effect.scoped(mayWaitFor(openai)))
        const [report] = yield* reports
        assert.deepInclude(report, { circuit: "closed", requests: 41 })
        assert.notProperty(report, "closure")
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("is told nothing: what it did not admit is not recorded", () =>
    Effect.gen(function* () {
      const { layer, asked } = worldOf(refusesConnections)
      yield* Effect.gen(function* () {
        for (let count = 0; count < 5; count += 1) {
          yield* fail("ServerError")
          yield* TestClock.adjust("10 seconds")
        }
      }).pipe(Effect.provide(layer))
      assert.deepStrictEqual([...new Set(asked)], ["admit"])
    }),
  )

  it.effect("is mentioned in the log once a minute, not once a request", () =>
    Effect.gen(function* () {
      const { layer, logged } = worldOf(refusesConnections)
      yield* Effect.gen(function* () {
        for (let second = 0; second < 119; second += 1) {
          yield* times(10, answer())
          yield* TestClock.adjust("1 second")
        }
      }).pipe(Effect.provide(layer))
      assert.deepStrictEqual(
        logged,
        Array.from(
          { length: 2 },
          () =>
            "the store of circuits and retry budgets does not work, so requests go out without them: Failed to admit a call: connect ECONNREFUSED",
        ),
      )
    }),
  )
})

describe("a store that does not answer", () => {
  it.effect("holds the first request up for a second, and the next ones for five not at all", () =>
    Effect.gen(function* () {
      const { layer, asked } = worldOf(isSilent)
      yield* Effect.gen(function* () {
        const waited = Effect.map(Clock.currentTimeMillis, (now) => now)
        const first = yield* Effect.forkChild(Effect.andThen(answer(), waited), { startImmediately: true })
        yield* TestClock.adjust("30 seconds")
        assert.strictEqual(yield* Fiber.join(first), 1000)
        asked.length = 0
        const later = yield* Effect.forkChild(
          Effect.forEach(Array.from({ length: 100 }), () => answer(), { discard: true }),
          { startImmediately: true },
        )
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(later)
        assert.isAtMost(asked.length, 2, "one admission asks two circuits")
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("lets a run that was interrupted meanwhile go within the second", () =>
    Effect.gen(function* () {
      const { layer } = worldOf(isSilent)
      yield* Effect.gen(function* () {
        const run = yield* Effect.forkChild(Effect.scoped(Effect.andThen(admitted(), Effect.never)), {
          startImmediately: true,
        })
        const interrupting = yield* Effect.forkChild(Fiber.interrupt(run), { startImmediately: true })
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(interrupting)
      }).pipe(Effect.provide(layer))
    }),
  )
})

describe("a store that is slow", () => {
  it.effect("gets back what it admits after the run has gone", () =>
    Effect.gen(function* () {
      const recorded: Array<string> = []
      const slow = Layer.succeed(
        CircuitBreaker.CircuitBreakerStore,
        CircuitBreaker.CircuitBreakerStore.of({
          admit: (key) =>
            Effect.as(Effect.sleep("500 millis"), {
              generation: 7,
              probe: key.startsWith("circuit:"),
              consecutiveOpenings: 1,
              transition: undefined,
            }),
          record: ({ key, generation, outcome }) =>
            Effect.sync(() => {
              recorded.push(`${key} ${generation} ${outcome}`)
              return undefined
            }),
          state: (key) => Effect.succeed({ _tag: "Closed", key }),
        }),
      )
      const budgets = RetryBudgetStore.of({ record: () => Effect.void, take: () => Effect.succeed(true) })
      yield* Effect.gen(function* () {
        const run = yield* Effect.forkChild(Effect.scoped(Effect.andThen(admitted(), Effect.never)), {
          startImmediately: true,
        })
        yield* TestClock.adjust("100 millis")
        const interrupting = yield* Effect.forkChild(Fiber.interrupt(run), { startImmediately: true })
        yield* TestClock.adjust("400 millis")
        yield* Fiber.join(interrupting)
      }).pipe(
        Effect.provide(
          Layer.provide(TargetHealthLive, [slow, Layer.succeed(RetryBudgetStore, budgets), hearing().layer]),
        ),
      )
      assert.deepStrictEqual(recorded, ["circuit:openai/gpt-5.4 7 Ignored"])
    }),
  )

  it.effect("does not hold the first part of an answer up for longer than a second", () =>
    Effect.gen(function* () {
      const silentRecords = Layer.succeed(
        CircuitBreaker.CircuitBreakerStore,
        CircuitBreaker.CircuitBreakerStore.of({
          admit: () =>
            Effect.succeed({ generation: 1, probe: false, consecutiveOpenings: 0, transition: undefined }),
          record: () => Effect.never,
          state: () => Effect.never,
        }),
      )
      const budgets = RetryBudgetStore.of({ record: () => Effect.void, take: () => Effect.succeed(true) })
      yield* Effect.gen(function* () {
        const run = yield* Effect.forkChild(Effect.andThen(answer(), Clock.currentTimeMillis), {
          startImmediately: true,
        })
        yield* TestClock.adjust(Duration.minutes(1))
        assert.strictEqual(yield* Fiber.join(run), 1000)
      }).pipe(
        Effect.provide(
          Layer.provide(TargetHealthLive, [
            silentRecords,
            Layer.succeed(RetryBudgetStore, budgets),
            hearing().layer,
          ]),
        ),
      )
    }),
  )

  it.effect("is not taken for a broken one when a run goes away while it is asked", () =>
    Effect.gen(function* () {
      let asked = 0
      const waits = Effect.andThen(
        Effect.sync(() => (asked += 1)),
        Effect.never,
      )
      yield* Effect.gen(function* () {
        for (const count of [1, 2, 3]) {
          const run = yield* Effect.forkChild(answer(), { startImmediately: true })
          assert.strictEqual(asked, count)
          yield* Fiber.interrupt(run)
        }
      }).pipe(
        Effect.provide(
          Layer.provide(TargetHealthLive, [
            CircuitBreaker.layerStoreMemory(),
            Layer.succeed(RetryBudgetStore, RetryBudgetStore.of({ record: () => waits, take: () => waits })),
            hearing().layer,
          ]),
        ),
      )
    }),
  )
})
