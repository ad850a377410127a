/** Whom a step hedges with, how often, after how long, and how it ends. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import type { PlanEvent } from "@/services/ai"
import { opening, toolCall } from "@/tests/support/dialects"
import { after, anthropic, ollama, openai, plan, slow, startsOf } from "@/tests/support/hedges"
import {
  badKey,
  begun,
  ending,
  inOneProcess,
  only,
  planOf,
  rateLimited,
  run,
  runIn,
  textOf,
} from "@/tests/support/runs"
import {
  allConfigured,
  answers,
  breaksAfter,
  hesitates,
  makeWorld,
  refuses,
  silence,
  streams,
  unreachable,
} from "@/tests/support/world"

describe("the target that helps", () => {
  it.effect("is the next one that can be asked: not one without a key, not one that is closed", () =>
    Effect.gen(function* () {
      const keyless = makeWorld(
        { openai: [silence], ollama: [answers("Air.")] },
        { ...allConfigured, ANTHROPIC_API_KEY: undefined },
      )
      assert.strictEqual(textOf(yield* runIn(keyless, { plan: planOf([openai, anthropic, ollama]) })), "Air.")

      const cooled = makeWorld({
        openai: [silence],
        anthropic: [rateLimited(600), answers("no")],
        ollama: [answers("Air.")],
      })
      const events = yield* inOneProcess(
        cooled,
        Effect.andThen(
          run({ plan: planOf([anthropic]) }),
          run({ plan: planOf([openai, anthropic, ollama], { deadline: Duration.seconds(30) }) }),
        ),
      )
      assert.deepStrictEqual(startsOf(events).at(-1), ["ollama", "hedge", 2000])
      assert.strictEqual(textOf(events), "Air.")
    }),
  )

  it.effect("is another one, also when the next step names the slow one again", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [silence], anthropic: [answers("Air.")] })
      const again = { provider: "openai", model: "gpt-4.1" }
      yield* runIn(world, { plan: planOf([openai, again, anthropic]) })
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic"])
    }),
  )

  it.effect("is none that the run has left when it comes back to an earlier one", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [rateLimited(20), slow(4)], anthropic: [silence] })
      const steps = [openai, { ...anthropic, attempts: 3, firstPart: Duration.seconds(5) }] as const
      const events = yield* runIn(world, { plan: planOf(steps) })
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "openai"])
      assert.strictEqual(textOf(events), "Slow air.")
    }),
  )

  it.effect("is not asked after the deadline", () =>
    Effect.gen(function* () {
      const half = { id: "call_1", name: "weather", pieces: ['{"city":'] }
      const world = makeWorld({
        openai: [streams((dialect) => [...opening(dialect, ""), ...toolCall(dialect, half)], "hang")],
        anthropic: [answers("no")],
      })
      const hurried = planOf([openai, anthropic], { deadline: Duration.seconds(1) })
      yield* runIn(world, { plan: hurried })
      assert.deepStrictEqual(world.asked(), ["openai"])
    }),
  )

  it.effect("does not exist behind the last step: the target is waited for alone", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [slow(4)], anthropic: [refuses(404)] })
      const hedging = { ...anthropic, hedge: { after } }
      const events = yield* runIn(world, { plan: planOf([hedging, openai]) })
      assert.strictEqual(textOf(events), "Slow air.")
    }),
  )
})

describe("the number of hedges", () => {
  it.effect("counts to the requests of the run", () =>
    Effect.gen(function* () {
      const one = makeWorld({ openai: [slow(5)], anthropic: [answers("Air.")] })
      const alone = yield* runIn(one, { plan: planOf([openai, anthropic], { maxAttempts: 1 }) })
      assert.deepStrictEqual([one.asked(), textOf(alone)], [["openai"], "Slow air."])

      const two = makeWorld({ openai: [hesitates("5 seconds", refuses(500))], anthropic: [unreachable] })
      const steps = [{ ...openai, attempts: 3 }, anthropic] as const
      yield* runIn(two, { plan: planOf(steps, { maxAttempts: 2 }) })
      assert.deepStrictEqual(two.asked(), ["openai", "anthropic"])
    }),
  )

  const hedgesIn = (runs: ReadonlyArray<ReadonlyArray<PlanEvent>>): number =>
    runs.flatMap((events) => only(events, "attempt-started")).filter(({ purpose }) => purpose === "hedge")
      .length

  it.effect("is one a minute for a target with few requests", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [slow(5)], anthropic: [slow(5)] })
      const twice = Effect.all([run({ plan }), run({ plan })])
      const [first, later] = yield* inOneProcess(
        world,
        Effect.all([twice, Effect.andThen(TestClock.adjust("1 minute"), twice)]),
      )
      assert.deepStrictEqual([hedgesIn(first), hedgesIn(later)], [1, 1])
    }),
  )

  it.effect("is a twentieth of the requests to the slow target, whoever helps", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [...Array.from({ length: 60 }, () => answers("Air.")), slow(3)],
        anthropic: [slow(9)],
      })
      const [, slowRuns] = yield* inOneProcess(
        world,
        Effect.all([Effect.replicateEffect(run({ plan }), 60), Effect.replicateEffect(run({ plan }), 8)]),
      )
      assert.strictEqual(hedgesIn(slowRuns), 3)
    }),
  )

  it.effect("is each slow target's own: two of them may have the same helper", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [slow(4)], anthropic: [slow(4)], ollama: [slow(9)] })
      const other = planOf([{ ...anthropic, hedge: { after } }, ollama])
      const events = yield* inOneProcess(
        world,
        Effect.all([run({ plan: planOf([openai, ollama]) }), run({ plan: other })]),
      )
      assert.strictEqual(hedgesIn(events), 2)
    }),
  )
})

describe("a step that hedges without a wait of its own", () => {
  it.effect("waits as long as 95 of 100 first parts took, once five are known", () =>
    Effect.gen(function* () {
      const usual = planOf([{ ...openai, hedge: {} }, anthropic])
      const world = makeWorld({
        openai: [...Array.from({ length: 4 }, () => slow(1)), slow(3), slow(8)],
        anthropic: [answers("Air.")],
      })
      const [known, late] = yield* inOneProcess(
        world,
        Effect.all([Effect.replicateEffect(run({ plan: usual }), 5), run({ plan: usual })]),
      )
      assert.strictEqual(known.flatMap((events) => only(events, "attempt-started")).length, 5)
      assert.deepStrictEqual(startsOf(late), [
        ["openai", undefined, 0],
        ["anthropic", "hedge", 3000],
      ])
      assert.strictEqual(textOf(late), "Air.")
    }),
  )

  it.effect("does not hedge a target that begins at the moment at which it usually has begun", () =>
    Effect.gen(function* () {
      const usual = planOf([{ ...openai, hedge: {} }, anthropic], { onPartial: "fail" })
      const world = makeWorld({
        openai: [...Array.from({ length: 5 }, () => answers("Air.")), breaksAfter("The sky")],
        anthropic: [answers("never asked")],
      })
      yield* inOneProcess(world, Effect.replicateEffect(run({ plan: usual }), 6))
      assert.notInclude(world.asked(), "anthropic")
    }),
  )
})

describe("the end of a race", () => {
  it.effect("is the end of both requests when the consumer leaves", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [silence], anthropic: [silence] })
      const open = yield* inOneProcess(
        world,
        Effect.gen(function* () {
          const fiber = yield* begun({ plan })
          yield* TestClock.adjust("3 seconds")
          const before = world.open()
          yield* Fiber.interrupt(fiber)
          return [before, world.open()]
        }),
      )
      assert.deepStrictEqual(open, [2, 0])
    }),
  )

  it.effect("is the deadline when nobody begins", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [silence], anthropic: [silence] })
      const events = yield* runIn(world, {
        plan: planOf([openai, anthropic], { deadline: Duration.seconds(8) }),
      })
      assert.isAtMost(ending(events).at - (events[0]?.at ?? 0), 8000)
      assert.strictEqual(ending(events).type, "plan-failed")
      assert.strictEqual(world.open(), 0)
    }),
  )

  it.effect("is not touched by a key that the second target refuses", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [slow(4)], anthropic: [badKey] })
      assert.strictEqual(textOf(yield* runIn(world, { plan })), "Slow air.")
    }),
  )
})
