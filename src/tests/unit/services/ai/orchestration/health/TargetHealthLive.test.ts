/** Circuits, cooling, keys and budgets of targets, over the memory of one process and a virtual clock. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Exit from "effect/Exit"
import * as TestClock from "effect/testing/TestClock"
import { TargetHealth } from "@/services/ai/orchestration/health/TargetHealth"
import { TargetHealthMemory } from "@/services/ai/orchestration/health/TargetHealthLive"
import { anthropic, openai } from "@/tests/support/planEvents"
import { admitted, answer, closure, doorOf, fail, hearing, times } from "./asking"

const inMemory = <A, E>(test: Effect.Effect<A, E, TargetHealth>) =>
  Effect.provide(test, Layer.provide(TargetHealthMemory, hearing().layer))

/** Opens the circuit by five failures. */
const opened = times(5, fail("ServerError"))

/** How long the circuit stays open from here on, to the millisecond. */
const openTime = Effect.gen(function* () {
  const found = yield* closure()
  const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
  return (found?.reopensAt ?? now) - now
})

describe("the circuit of a target", () => {
  it.effect("opens after the fifth failure of ten", () =>
    inMemory(
      Effect.gen(function* () {
        yield* times(5, answer())
        yield* times(4, fail("ServerError"))
        assert.strictEqual(yield* doorOf(), "open")
        yield* fail("ServerError")
        assert.strictEqual(yield* doorOf(), "circuit-open")
      }),
    ),
  )

  it.effect("says nothing before it knows five outcomes", () =>
    inMemory(
      Effect.gen(function* () {
        yield* times(4, fail("ServerError"))
        assert.strictEqual(yield* doorOf(), "open")
        yield* fail("ServerError")
        assert.strictEqual(yield* doorOf(), "circuit-open")
      }),
    ),
  )

  it.effect("stays closed when fewer than half of the last ten failed", () =>
    inMemory(
      Effect.gen(function* () {
        yield* times(6, answer())
        yield* times(20, Effect.andThen(answer(), fail("ServerError")).pipe(Effect.andThen(answer())))
        assert.strictEqual(yield* doorOf(), "open")
      }),
    ),
  )

  it.effect("counts an overloaded provider twice: three are enough", () =>
    inMemory(
      Effect.gen(function* () {
        yield* times(2, fail("Overloaded"))
        assert.strictEqual(yield* doorOf(), "open")
        yield* fail("Overloaded")
        assert.strictEqual(yield* doorOf(), "circuit-open")
      }),
    ),
  )

  it.effect("stays closed under load for a target that is overloaded one time in five", () =>
    inMemory(
      Effect.gen(function* () {
        // Ten requests a second for a minute, with the overloads close together now and then.
        yield* times(30, answer())
        yield* times(
          40,
          Effect.gen(function* () {
            yield* times(3, fail("Overloaded"))
            yield* TestClock.adjust("500 millis")
            yield* times(12, answer())
            yield* TestClock.adjust("1 second")
            assert.strictEqual(yield* doorOf(), "open")
          }),
        )
      }),
    ),
  )

  it.effect("opens under load after ten failures in a row, and after half of ten seconds' requests", () =>
    inMemory(
      Effect.gen(function* () {
        yield* times(100, answer())
        yield* times(9, fail("ServerError"))
        assert.strictEqual(yield* doorOf(), "open")
        yield* fail("ServerError")
        assert.strictEqual(yield* doorOf(), "circuit-open")

        yield* times(50, answer({ target: anthropic }))
        const half = Effect.andThen(fail("ServerError", { target: anthropic }), answer({ target: anthropic }))
        yield* times(24, half)
        assert.strictEqual(yield* doorOf({ target: anthropic }), "open")
        let failures = 24
        while ((yield* doorOf({ target: anthropic })) === "open" && failures < 60) {
          yield* fail("ServerError", { target: anthropic })
          failures += 1
          if (failures % 3 === 0) yield* answer({ target: anthropic })
        }
        assert.strictEqual(failures, 50)
      }),
    ),
  )

  it.effect("judges by the last ten again once the rush is over", () =>
    inMemory(
      Effect.gen(function* () {
        yield* times(100, answer())
        yield* TestClock.adjust("11 seconds")
        yield* times(4, fail("ServerError"))
        assert.strictEqual(yield* doorOf(), "open")
        yield* fail("ServerError")
        assert.strictEqual(yield* doorOf(), "circuit-open")
      }),
    ),
  )

  it.effect("takes no notice of requests that were our own fault", () =>
    inMemory(
      Effect.gen(function* () {
        yield* times(20, fail("InvalidRequest"))
        yield* times(20, fail("ContextTooLong"))
        assert.strictEqual(yield* doorOf(), "open")
      }),
    ),
  )

  it.effect("is the target's own: another model of another provider is free", () =>
    inMemory(
      Effect.gen(function* () {
        yield* opened
        assert.strictEqual(yield* doorOf({ target: anthropic }), "open")
        assert.strictEqual(yield* doorOf({ target: { ...openai, model: "gpt-5.4-mini" } }), "open")
      }),
    ),
  )

  it.effect("stays open 5 s, and after failed probes 10 s, then 15 s each time", () =>
    inMemory(
      Effect.gen(function* () {
        yield* opened
        const seen: Array<number> = []
        for (let count = 0; count < 5; count += 1) {
          const time = yield* openTime
          seen.push(time)
          yield* TestClock.adjust(time)
          yield* fail("ServerError")
        }
        assert.deepStrictEqual(seen, [5000, 10_000, 15_000, 15_000, 15_000])
      }),
    ),
  )

  it.effect("refuses to the last millisecond, and says until when and why", () =>
    inMemory(
      Effect.gen(function* () {
        yield* opened
        yield* TestClock.adjust("4999 millis")
        assert.deepStrictEqual(yield* closure(), {
          reason: "circuit-open",
          message: "its circuit is open: ServerError",
          reopensAt: 5000,
        })
        yield* TestClock.adjust("1 millis")
        assert.isUndefined(yield* closure())
      }),
    ),
  )

  it.effect("lets one of a thousand concurrent requests probe", () =>
    inMemory(
      Effect.gen(function* () {
        yield* opened
        yield* TestClock.adjust("5 seconds")
        const { admit } = yield* TargetHealth
        const admissions = yield* Effect.scoped(
          Effect.forEach(Array.from({ length: 1000 }), () => admit({ target: openai, kind: "first" }), {
            concurrency: "unbounded",
          }),
        )
        assert.lengthOf(
          admissions.filter(({ _tag }) => _tag === "Admitted"),
          1,
        )
        const [refused] = admissions.filter((admission) => admission._tag === "Refused")
        assert.deepStrictEqual(refused?.closure, {
          reason: "probing",
          message: "another request finds out whether it works again",
        })
      }),
    ),
  )

  it.effect("closes with the first part of the probe's answer, while the answer goes on", () =>
    inMemory(
      Effect.scoped(
        Effect.gen(function* () {
          yield* opened
          yield* TestClock.adjust("5 seconds")
          const probe = yield* admitted()
          assert.strictEqual(yield* doorOf(), "probing")
          yield* probe.succeeded(Duration.seconds(1))
          assert.strictEqual(yield* doorOf(), "open")
        }),
      ),
    ),
  )

  it.effect("is free for the next probe when the probe was interrupted", () =>
    inMemory(
      Effect.gen(function* () {
        yield* opened
        yield* TestClock.adjust("5 seconds")
        const probing = yield* Effect.forkChild(Effect.scoped(Effect.andThen(admitted(), Effect.never)), {
          startImmediately: true,
        })
        assert.strictEqual(yield* doorOf(), "probing")
        yield* Fiber.interrupt(probing)
        assert.strictEqual(yield* doorOf(), "open")
        yield* fail("ServerError")
        assert.strictEqual(yield* openTime, 10_000)
      }),
    ),
  )

  it.effect("frees the probe's slot when the request was our own fault", () =>
    inMemory(
      Effect.gen(function* () {
        yield* opened
        yield* TestClock.adjust("5 seconds")
        yield* fail("InvalidRequest")
        yield* answer()
        assert.strictEqual(yield* doorOf(), "open")
      }),
    ),
  )

  it.effect("does not count what was admitted before it opened", () =>
    inMemory(
      Effect.scoped(
        Effect.gen(function* () {
          const late = yield* admitted()
          yield* opened
          yield* TestClock.adjust("5 seconds")
          yield* late.failed({ breaker: "failure", cool: { _tag: "None" } }, "late")
          assert.strictEqual(yield* doorOf(), "open")
        }),
      ),
    ),
  )

  it.effect("hears of one request once, however often it is settled", () =>
    inMemory(
      Effect.scoped(
        Effect.gen(function* () {
          const permit = yield* admitted()
          yield* times(9, permit.failed({ breaker: "failure", cool: { _tag: "None" } }, "again"))
          yield* permit.succeeded(Duration.seconds(1))
          assert.strictEqual(yield* doorOf(), "open")
          const [report] = yield* Effect.flatMap(TargetHealth, ({ reports }) => reports)
          assert.deepInclude(report, { requests: 1, failureRate: 1 })
        }),
      ),
    ),
  )

  it.effect("begins again with 5 s once it has stayed closed as long as it was open", () =>
    inMemory(
      Effect.gen(function* () {
        yield* opened
        yield* TestClock.adjust("5 seconds")
        yield* fail("ServerError")
        yield* TestClock.adjust("10 seconds")
        yield* answer()
        yield* TestClock.adjust("10 seconds")
        yield* opened
        assert.strictEqual(yield* openTime, 5000)
      }),
    ),
  )
})

describe("an answer that breaks off after it began", () => {
  it.effect(
    "is recorded anew, beside the success that its first part was: three in a row open the circuit",
    () =>
      inMemory(
        Effect.gen(function* () {
          const { broke } = yield* TargetHealth
          const cutAnswer = Effect.andThen(answer(), broke(openai, "connection reset"))
          yield* times(2, cutAnswer)
          assert.strictEqual(yield* doorOf(), "open")
          yield* cutAnswer
          assert.strictEqual((yield* closure())?.message, "its circuit is open: connection reset")
        }),
      ),
  )

  it.effect("changes nothing of a circuit that is open already", () =>
    inMemory(
      Effect.gen(function* () {
        const { broke } = yield* TargetHealth
        yield* opened
        yield* times(5, broke(openai, "connection reset"))
        assert.strictEqual(yield* openTime, 5000)
      }),
    ),
  )
})

describe("a target that asks for a pause", () => {
  it.effect("is left alone as long as its Retry-After says", () =>
    inMemory(
      Effect.gen(function* () {
        yield* fail({ reason: "RateLimited", retryAfter: "42 seconds" })
        assert.deepStrictEqual(yield* closure(), {
          reason: "cooling",
          message: "it is left alone for a while: RateLimited",
          reopensAt: 42_000,
        })
        yield* TestClock.adjust("42 seconds")
        yield* answer()
        assert.strictEqual(yield* doorOf(), "open")
      }),
    ),
  )

  it.effect("is left alone five minutes at most, whatever it asks for", () =>
    inMemory(
      Effect.gen(function* () {
        yield* fail({ reason: "RateLimited", retryAfter: "3 hours" })
        assert.strictEqual((yield* closure())?.reopensAt, 300_000)
      }),
    ),
  )

  it.effect("is asked on after a 429 without a time, until the run gives up on it", () =>
    inMemory(
      Effect.gen(function* () {
        yield* fail({ reason: "RateLimited", sameReason: 1 })
        yield* fail({ reason: "RateLimited", sameReason: 2 })
        assert.strictEqual(yield* doorOf(), "open")
        yield* fail({ reason: "RateLimited", sameReason: 3 })
        assert.strictEqual(yield* doorOf(), "cooling")
      }),
    ),
  )

  it.effect("is probed by one request afterwards, and left alone again when that is refused too", () =>
    inMemory(
      Effect.gen(function* () {
        yield* fail({ reason: "RateLimited", retryAfter: "10 seconds" })
        yield* TestClock.adjust("10 seconds")
        const probe = yield* Effect.forkChild(Effect.scoped(Effect.andThen(admitted(), Effect.never)), {
          startImmediately: true,
        })
        assert.strictEqual(yield* doorOf(), "probing")
        yield* Fiber.interrupt(probe)
        yield* fail({ reason: "RateLimited", retryAfter: "20 seconds" })
        assert.strictEqual((yield* closure())?.reopensAt, 30_000)
      }),
    ),
  )

  it.effect("is not kept half-open by a probe that fails otherwise: from then on its circuit decides", () =>
    inMemory(
      Effect.gen(function* () {
        yield* fail({ reason: "RateLimited", retryAfter: "10 seconds" })
        yield* TestClock.adjust("10 seconds")
        yield* fail("ServerError")
        yield* Effect.scoped(Effect.andThen(admitted(), admitted()))
      }),
    ),
  )

  it.effect("counts as working: the circuit is not told of it", () =>
    inMemory(
      Effect.gen(function* () {
        yield* times(4, fail("ServerError"))
        yield* fail({ reason: "RateLimited", retryAfter: "1 second" })
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* doorOf(), "open")
      }),
    ),
  )

  it.effect("and whose circuit is open says the later of the two times", () =>
    inMemory(
      Effect.gen(function* () {
        const { broke } = yield* TargetHealth
        yield* fail({ reason: "RateLimited", retryAfter: "2 seconds" })
        yield* times(5, broke(openai, "reset"))
        assert.deepInclude(yield* closure(), { reason: "circuit-open", reopensAt: 5000 })
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual(yield* doorOf(), "open")
      }),
    ),
  )
})

describe("a key that was refused", () => {
  const withKey = (keyId: string) => ({ keyId })

  it.effect("keeps every model of the provider closed for five minutes, then one probe goes", () =>
    inMemory(
      Effect.gen(function* () {
        yield* fail("InvalidKey", withKey("a1"))
        const other = { ...withKey("a1"), target: { ...openai, model: "gpt-5.4-mini" } }
        assert.deepStrictEqual(yield* closure(other), {
          reason: "bad-key",
          message: "its key was refused: InvalidKey",
          reopensAt: 300_000,
        })
        yield* TestClock.adjust("5 minutes")
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* admitted(withKey("a1"))
            assert.strictEqual(yield* doorOf(other), "probing")
          }),
        )
      }),
    ),
  )

  it.effect("does not matter any more as soon as there is another", () =>
    inMemory(
      Effect.gen(function* () {
        yield* fail("InvalidKey", withKey("a1"))
        assert.strictEqual(yield* doorOf(withKey("a1")), "bad-key")
        assert.strictEqual(yield* doorOf(withKey("b2")), "open")
        assert.strictEqual(yield* doorOf(), "open")
      }),
    ),
  )

  it.effect("is not acquitted by a 500, but its probe's slot is free", () =>
    inMemory(
      Effect.gen(function* () {
        yield* fail("InvalidKey", withKey("a1"))
        yield* TestClock.adjust("5 minutes")
        yield* fail("ServerError", withKey("a1"))
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* admitted(withKey("a1"))
            assert.strictEqual(yield* doorOf(withKey("a1")), "probing")
          }),
        )
      }),
    ),
  )

  it.effect("leaves the probe of another circuit free for a good key", () =>
    inMemory(
      Effect.gen(function* () {
        yield* fail("InvalidKey", withKey("a1"))
        yield* times(5, fail("ServerError", withKey("b2")))
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual(yield* doorOf(withKey("a1")), "bad-key")
        assert.strictEqual(yield* doorOf(withKey("b2")), "open")
      }),
    ),
  )
})

describe("the budget of a target", () => {
  const asked = (count: number, kind: "first" | "retry" | "hedge", more = {}) =>
    Effect.map(
      times(count, doorOf({ kind, ...more })),
      (doors) => doors.filter((door) => door === "open").length,
    )

  it.effect("is ten retries a minute for a target with few requests", () =>
    inMemory(
      Effect.gen(function* () {
        yield* asked(3, "first")
        assert.strictEqual(yield* asked(30, "retry"), 10)
        assert.deepStrictEqual(yield* closure({ kind: "retry" }), {
          reason: "budget",
          message: "enough retries went to it in this minute",
        })
        assert.strictEqual(yield* doorOf(), "open")
      }),
    ),
  )

  it.effect("is a tenth of the first requests for a target with many: a storm stays a breeze", () =>
    inMemory(
      Effect.gen(function* () {
        yield* asked(1000, "first")
        assert.strictEqual(yield* asked(1000, "retry"), 100)
      }),
    ),
  )

  it.effect("of concurrent retries is not exceeded", () =>
    inMemory(
      Effect.gen(function* () {
        const { admit } = yield* TargetHealth
        const admissions = yield* Effect.scoped(
          Effect.forEach(Array.from({ length: 200 }), () => admit({ target: openai, kind: "retry" }), {
            concurrency: "unbounded",
          }),
        )
        assert.lengthOf(
          admissions.filter(({ _tag }) => _tag === "Admitted"),
          10,
        )
      }),
    ),
  )

  it.effect("of hedges is one a minute, or a twentieth of the requests of the target that is slow", () =>
    inMemory(
      Effect.gen(function* () {
        const hedge = { target: anthropic, hedgeOf: openai }
        assert.strictEqual(yield* asked(10, "hedge", hedge), 1)
        yield* asked(100, "first")
        assert.strictEqual(yield* asked(10, "hedge", hedge), 4)
        assert.strictEqual((yield* closure({ kind: "hedge", ...hedge }))?.reason, "budget")
      }),
    ),
  )

  it.effect("slides: what is older than a minute leaves", () =>
    inMemory(
      Effect.gen(function* () {
        assert.strictEqual(yield* asked(5, "retry"), 5)
        yield* TestClock.adjust("30 seconds")
        assert.strictEqual(yield* asked(9, "retry"), 5)
        yield* TestClock.adjust("31 seconds")
        assert.strictEqual(yield* asked(9, "retry"), 5)
        yield* TestClock.adjust("30 seconds")
        assert.strictEqual(yield* asked(9, "retry"), 5)
      }),
    ),
  )

  it.effect("when it is spent leaves the probe's slot at once to a request that may go", () =>
    inMemory(
      Effect.scoped(
        Effect.gen(function* () {
          yield* asked(10, "retry")
          yield* opened
          yield* TestClock.adjust("5 seconds")
          const { admit } = yield* TargetHealth
          const retry = yield* admit({ target: openai, kind: "retry" })
          assert.strictEqual(retry._tag, "Refused")
          assert.strictEqual(yield* doorOf(), "open")
        }),
      ),
    ),
  )
})

describe("a target that every run waits for", () => {
  it.effect("is waited for by one run at a time", () =>
    inMemory(
      Effect.gen(function* () {
        const { mayWaitFor } = yield* TargetHealth
        const first = yield* Scope.make()
        const mayWait = (scope: Scope.Scope) => Scope.provide(mayWaitFor(openai), scope)
        assert.isTrue(yield* mayWait(first))
        assert.isFalse(yield* Effect.scoped(mayWaitFor(openai)))
        assert.isFalse(yield* Effect.scoped(mayWaitFor(openai)), "a refused run gave the slot away")
        assert.isTrue(yield* Effect.scoped(mayWaitFor(anthropic)))
        yield* Scope.close(first, Exit.void)
        assert.isTrue(yield* Effect.scoped(mayWaitFor(openai)))
      }),
    ),
  )
})
