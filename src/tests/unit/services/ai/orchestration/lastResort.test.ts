/** What is left to a run that has asked every target, and what is allowed to many runs at once. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { PlanEvent } from "@/services/ai"
import {
  begun,
  delaysOf,
  ended,
  endsOf,
  failureOf,
  inOneProcess,
  only,
  planOf,
  rateLimited,
  run,
  textOf,
} from "@/tests/support/runs"
import {
  answers,
  breaksAfter,
  makeWorld,
  refuses,
  unreachable,
  type Vendor,
  type World,
} from "@/tests/support/world"

const openai = { provider: "openai", model: "gpt-4.1" }
const anthropic = { provider: "anthropic", model: "claude-haiku-5-5" }
const plan = planOf([openai, anthropic])

const asked = (world: World, vendor: Vendor): number => world.asked().filter((name) => name === vendor).length

describe("the last resort of a run that has asked every target", () => {
  it.effect("is the target that reopens first, once more than its step allows", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [rateLimited(40), answers("Later.")],
        anthropic: [rateLimited(20), answers("Sooner.")],
      })
      const events = yield* inOneProcess(world, run({ plan }))
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "anthropic"])
      assert.strictEqual(textOf(events), "Sooner.")
      const [wait] = only(events, "retry-scheduled")
      assert.isTrue(wait?.askedByProvider)
      assert.isTrue(delaysOf(events).every((delay) => delay >= 20_000 && delay <= 22_000))
    }),
  )

  it.effect("is waited for once: whatever it says then ends the run", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [rateLimited(20)], anthropic: [refuses(404)] })
      const events = yield* inOneProcess(
        world,
        run({ plan: planOf([{ ...openai, attempts: 3 }, anthropic]) }),
      )
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "openai"])
      assert.strictEqual(delaysOf(events).length, 1)
      assert.strictEqual(failureOf(events).reason, "RateLimited")
    }),
  )

  it.effect("is also a target that asked for a short pause when its step was used up", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [rateLimited(2), answers("Back.")], anthropic: [refuses(404)] })
      const events = yield* inOneProcess(world, run({ plan }))
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "openai"])
      assert.strictEqual(textOf(events), "Back.")
      assert.isTrue(delaysOf(events).every((delay) => delay >= 2000))
    }),
  )

  it.effect("does not exist for a run that may make no further request, or has no time for the wait", () =>
    Effect.gen(function* () {
      for (const limit of [{ maxAttempts: 2 }, { deadline: Duration.seconds(10) }]) {
        const world = makeWorld({ openai: [rateLimited(20)], anthropic: [refuses(404)] })
        const events = yield* inOneProcess(world, run({ plan: planOf([openai, anthropic], limit) }))
        assert.deepStrictEqual([world.calls.length, delaysOf(events)], [2, []])
      }
    }),
  )

  it.effect("may break off and be rescued, but not by those that refused for good", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [rateLimited(20), breaksAfter("The sky"), answers(" is blue.")],
        anthropic: [refuses(404)],
      })
      const events = yield* inOneProcess(world, run({ plan }))
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "openai", "openai"])
      assert.strictEqual(textOf(events), "The sky is blue.")
    }),
  )
})

describe("the retries of many runs", () => {
  const everyRun = (world: World, count: number, more: Parameters<typeof run>[0]) =>
    inOneProcess(
      world,
      Effect.gen(function* () {
        const fibers = yield* Effect.replicateEffect(begun(more), count)
        return yield* Effect.forEach(fibers, ended)
      }),
    )

  const retriesIn = (runs: ReadonlyArray<ReadonlyArray<PlanEvent>>, provider: string): number =>
    runs.reduce((sum, events) => {
      const own = only(events, "attempt-started").filter(({ target }) => target.provider === provider)
      return sum + Math.max(0, own.length - 1)
    }, 0)

  it.effect(
    "on a dead provider are ten or a tenth of its requests: a thousand runs do not multiply them",
    () =>
      Effect.gen(function* () {
        const world = makeWorld({ openai: [unreachable], anthropic: [answers("Air.")] })
        const eager = planOf([{ ...openai, attempts: 3 }, anthropic])
        const runs = yield* everyRun(world, 1000, { plan: eager })
        assert.isTrue(runs.every((events) => textOf(events) === "Air."))
        const firsts = runs.filter((events) =>
          only(events, "attempt-started").some(({ target }) => target.provider === "openai"),
        ).length
        assert.isAtMost(retriesIn(runs, "openai"), Math.max(10, firsts / 10))
        assert.isAtMost(asked(world, "openai"), 1100)
      }),
  )

  it.effect("that no circuit holds back are a tenth, too", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [answers("")], anthropic: [answers("Air.")] })
      const eager = planOf([{ ...openai, attempts: 3 }, anthropic])
      const runs = yield* everyRun(world, 200, { plan: eager })
      assert.strictEqual(retriesIn(runs, "openai"), 20)
      assert.strictEqual(asked(world, "openai"), 220)
      assert.isTrue(runs.every((events) => textOf(events) === "Air."))
    }),
  )

  it.effect("count by target, also when two steps of the plan name the same", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [answers("")], anthropic: [answers("Air.")] })
      const twice = planOf([openai, openai, anthropic])
      const runs = yield* everyRun(world, 50, { plan: twice })
      assert.strictEqual(retriesIn(runs, "openai"), 10)
    }),
  )

  it.effect("that are refused end a run only when no other target is left, with the target's own error", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [answers("")] })
      const eager = planOf([{ ...openai, attempts: 2 }])
      const runs = yield* everyRun(world, 30, { plan: eager })
      assert.strictEqual(retriesIn(runs, "openai"), 10)
      assert.isTrue(runs.every((events) => endsOf(events).every((end) => end === "EmptyAnswer")))
    }),
  )
})
