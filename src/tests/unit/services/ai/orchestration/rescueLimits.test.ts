/** How long a run may take, and how often it may ask, whether its answer breaks off or not. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { AiPlan } from "@/services/ai"
import { closing, opening } from "@/tests/support/dialects"
import {
  delaysOf,
  ended,
  ending,
  failureOf,
  planOf,
  rateLimited,
  run,
  runIn,
  textOf,
} from "@/tests/support/runs"
import {
  answers,
  breaksAfter,
  drips,
  makeWorld,
  refuses,
  silence,
  stallsAfter,
  type Move,
} from "@/tests/support/world"

const openai = { provider: "openai", model: "gpt-4.1" }
/** Does not take a prefill. */
const anthropic = { provider: "anthropic", model: "claude-haiku-5-5" }
/** Takes a prefill. */
const ollama = { provider: "ollama", model: "gemma3:1b" }

const beginning = "The sky is blue because"
const rest = " small particles scatter short waves."
const sky = beginning + rest

describe("the limits of a rescue", () => {
  const elapsed = (events: Parameters<typeof ending>[0]): number => ending(events).at - (events[0]?.at ?? 0)

  it.effect("are the deadline, in which every rescuer has room to begin", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [breaksAfter(beginning), silence],
        anthropic: [silence],
        ollama: [silence],
      })
      const plan = planOf([openai, anthropic, ollama], { deadline: Duration.seconds(15) })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "ollama", "openai"])
      assert.isAtMost(elapsed(events), 15_000)
      assert.deepStrictEqual(
        ending(events)
          .attempts.slice(1)
          .map(({ duration }) => Duration.toSeconds(duration)),
        [5, 5, 5],
      )
      assert.strictEqual(failureOf(events).reason, "Cut")
    }),
  )

  it.effect("do not end an answer that makes progress, and nobody is asked after the deadline", () =>
    Effect.gen(function* () {
      const slowly = (then: "end" | "reset"): Move => ({
        does: "stream",
        events: (d) => [...opening(d, sky), ...(then === "end" ? closing(d) : [])],
        then,
        pause: "2 seconds",
      })
      const plan = planOf([openai, anthropic], { deadline: Duration.seconds(12) })
      const whole = yield* runIn(makeWorld({ openai: [slowly("end")] }), { plan })
      assert.deepStrictEqual([ending(whole).type, textOf(whole)], ["plan-completed", sky])
      assert.isAbove(elapsed(whole), 12_000)

      const world = makeWorld({ openai: [slowly("reset")], anthropic: [answers("never asked")] })
      const cut = yield* runIn(world, { plan })
      assert.deepStrictEqual(world.asked(), ["openai"])
      assert.deepStrictEqual([failureOf(cut).reason, textOf(cut)], ["Cut", sky])
    }),
  )

  it.effect("let a rescuer that has begun go on beyond the deadline", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(beginning)], anthropic: [drips(rest, "3 seconds")] })
      const plan = planOf([openai, anthropic], { deadline: Duration.seconds(20) })
      const events = yield* runIn(world, { plan })
      assert.strictEqual(textOf(events), sky)
      assert.isAbove(elapsed(events), 20_000)
    }),
  )

  it.effect("are the requests of the run", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [refuses(500), refuses(500), breaksAfter(beginning)],
        anthropic: [refuses(500)],
        ollama: [answers("never asked")],
      })
      const plan = planOf([{ ...openai, attempts: 3 }, anthropic, ollama], { maxAttempts: 4 })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(world.asked(), ["openai", "openai", "openai", "anthropic"])
      assert.strictEqual(failureOf(events).reason, "Cut")
    }),
  )
})

describe("the room that is kept for a target before the deadline", () => {
  it.effect("is its step's own limit, where that has one", () =>
    Effect.gen(function* () {
      const hasty = { ...ollama, firstPart: Duration.seconds(1) }
      const world = makeWorld({ openai: [silence], ollama: [silence] })
      const plan = planOf([openai, hasty], { deadline: Duration.seconds(14) })
      const rescuing = makeWorld({
        openai: [breaksAfter(beginning), silence],
        anthropic: [silence],
        ollama: [silence],
      })
      const chained = planOf([{ ...openai, firstPart: Duration.seconds(2) }, anthropic, hasty], {
        deadline: Duration.seconds(30),
      })
      const durations = (events: Parameters<typeof ending>[0]) =>
        ending(events).attempts.map(({ duration }) => Duration.toSeconds(duration))
      assert.deepStrictEqual(durations(yield* runIn(world, { plan })), [10, 1])
      assert.deepStrictEqual(durations(yield* runIn(rescuing, { plan: chained })), [0, 27, 1, 2])
    }),
  )
})

describe("the longest time of a run", () => {
  const within = (seconds: number, more: Partial<AiPlan> = {}): AiPlan =>
    planOf([openai], { maxDuration: Duration.seconds(seconds), ...more })

  it.effect("ends an answer that makes progress, as incomplete", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [drips(sky, "3 seconds")], anthropic: [answers("never asked")] })
      const plan = planOf([openai, anthropic], { maxDuration: Duration.seconds(14) })
      const events = yield* runIn(world, { plan })
      const last = ending(events)
      assert.strictEqual(failureOf(events).reason, "DeadlineExceeded")
      assert.isTrue(last.type === "plan-failed" && last.partial)
      assert.strictEqual(last.at - (events[0]?.at ?? 0), 14_000)
      assert.deepStrictEqual(world.asked(), ["openai"])
      assert.strictEqual(world.open(), 0)
    }),
  )

  it.effect("bounds the waits too: one that would end after it is not begun", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [rateLimited(30), answers(sky)] })
      const events = yield* runIn(world, { plan: within(10) })
      assert.deepStrictEqual(delaysOf(events), [])
      assert.strictEqual(failureOf(events).reason, "RateLimited")
    }),
  )

  it.effect("is shared between the targets like the deadline", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [silence], anthropic: [answers(sky)] })
      const plan = planOf([openai, anthropic], { maxDuration: Duration.seconds(8) })
      const events = yield* runIn(world, { plan })
      assert.strictEqual(textOf(events), sky)
      assert.isAtMost(ending(events).at - (events[0]?.at ?? 0), 8000)
    }),
  )
})

describe("a run that is left in the middle of a rescue", () => {
  it.effect("closes the rescuer's request", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(beginning)], ollama: [stallsAfter(" small")] })
      const open = yield* Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(run({ plan: planOf([openai, ollama]) }))
        yield* ended(yield* Effect.forkChild(Effect.sleep("1 second")))
        const before = world.open()
        fiber.interruptUnsafe()
        yield* Effect.exit(ended(fiber))
        return [before, world.open()]
      }).pipe(Effect.provide(world.layer))
      assert.deepStrictEqual(open, [1, 0])
    }),
  )
})
