/** What runs of one process learn from each other: targets that fail, ask for a pause, or refuse a key are left alone. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import type { PlanEvent } from "@/services/ai"
import { ConfigurationService } from "@/services/configuration"
import {
  badKey,
  begun,
  delaysOf,
  ended,
  ending,
  failureOf,
  inOneProcess,
  only,
  planOf,
  rateLimited,
  run,
  textOf,
} from "@/tests/support/runs"
import {
  allConfigured,
  answers,
  breaksAfter,
  drips,
  hesitates,
  makeWorld,
  refuses,
  silence,
  type Move,
  type Vendor,
  type World,
} from "@/tests/support/world"

const openai = { provider: "openai", model: "gpt-4.1" }
const anthropic = { provider: "anthropic", model: "claude-haiku-5-5" }
const plan = planOf([openai, anthropic])
const alone = planOf([openai])
const times = (count: number, move: Move): ReadonlyArray<Move> => Array.from({ length: count }, () => move)

const asked = (world: World, vendor: Vendor): number => world.asked().filter((name) => name === vendor).length
const startedAt = (events: ReadonlyArray<PlanEvent>): number => events[0]?.at ?? 0

describe("a target whose circuit is open", () => {
  it.effect("is passed over from the fifth failure of ten on, and the run says until when", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [refuses(500)], anthropic: [answers("Air.")] })
      const events = yield* inOneProcess(
        world,
        Effect.andThen(Effect.replicateEffect(run({ plan }), 5), run({ plan })),
      )
      assert.strictEqual(asked(world, "openai"), 5)
      assert.strictEqual(textOf(events), "Air.")
      const [skipped] = only(events, "step-skipped")
      assert.isAtLeast(skipped?.reason.reopensAt ?? 0, startedAt(events) + 4000)
      assert.isAtMost(skipped?.reason.reopensAt ?? 0, startedAt(events) + 5000)
      assert.include(skipped?.reason.message, "openai/gpt-4.1")
    }),
  )

  it.effect("is passed over after three overloads, since each counts twice", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [refuses(529)], anthropic: [answers("Air.")] })
      yield* inOneProcess(world, Effect.replicateEffect(run({ plan }), 6))
      assert.strictEqual(asked(world, "openai"), 3)
    }),
  )

  it.effect("is asked while fewer than half of the last ten fail", () =>
    Effect.gen(function* () {
      const mixed = [...times(3, answers("Air.")), ...times(2, refuses(500))]
      const world = makeWorld({ openai: [...mixed, ...mixed, ...mixed], anthropic: [answers("Air.")] })
      yield* inOneProcess(world, Effect.replicateEffect(run({ plan }), 15))
      assert.strictEqual(asked(world, "openai"), 15)
    }),
  )

  it.effect("is not opened by requests that were our own fault, nor by answers that were empty", () =>
    Effect.gen(function* () {
      for (const move of [refuses(422), refuses(413), answers("")]) {
        const world = makeWorld({ openai: [move] })
        yield* inOneProcess(world, Effect.replicateEffect(run({ plan: alone }), 8))
        assert.isAtLeast(asked(world, "openai"), 8)
      }
    }),
  )

  it.effect("is opened by answers that break off, although each had begun well", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter("The sky is")], anthropic: [answers("Air.")] })
      const fail = planOf([openai, anthropic], { onPartial: "fail" })
      const events = yield* inOneProcess(world, Effect.replicateEffect(run({ plan: fail }), 6))
      // Each tells of a success at its first part and of a failure later: three of six have failed.
      assert.strictEqual(asked(world, "openai"), 3)
      assert.deepStrictEqual(events.map(textOf).slice(2), ["The sky is", "Air.", "Air.", "Air."])
    }),
  )

  it.effect("ends the retries of the run that opened it, which goes on with the next and says so", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [refuses(503)], anthropic: [answers("Air.")] })
      const eager = planOf([{ ...openai, attempts: 4 }, anthropic])
      const events = yield* inOneProcess(world, Effect.andThen(run({ plan: eager }), run({ plan: eager })))
      assert.strictEqual(asked(world, "openai"), 3)
      assert.strictEqual(textOf(events), "Air.")
      assert.deepStrictEqual(
        only(events, "target-switched").map(({ from, to }) => [from.provider, to.provider]),
        [["openai", "anthropic"]],
      )
    }),
  )
})

describe("a provider that recovers", () => {
  const dead = times(5, refuses(500))

  it.effect("is used again by the first run after its five seconds", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [...dead, answers("Back.")], anthropic: [answers("Air.")] })
      const texts = yield* inOneProcess(
        world,
        Effect.gen(function* () {
          yield* Effect.replicateEffect(run({ plan }), 5)
          const early = yield* run({ plan })
          yield* TestClock.adjust("5 seconds")
          return [early, yield* run({ plan }), yield* run({ plan })].map(textOf)
        }),
      )
      assert.deepStrictEqual(texts, ["Air.", "Back.", "Back."])
    }),
  )

  it.effect("is used again within 15 seconds, however long it was away", () =>
    Effect.gen(function* () {
      let isUp = false
      const openaiMoves: ReadonlyArray<Move> = [
        { does: "choose", by: () => (isUp ? answers("Back.") : refuses(500)) },
      ]
      const world = makeWorld({ openai: openaiMoves, anthropic: [answers("Air.")] })
      const text = yield* inOneProcess(
        world,
        Effect.gen(function* () {
          for (let second = 0; second < 600; second += 1) {
            yield* run({ plan })
            yield* TestClock.adjust("1 second")
          }
          isUp = true
          yield* TestClock.adjust("15 seconds")
          return textOf(yield* run({ plan }))
        }),
      )
      assert.strictEqual(text, "Back.")
      // In ten minutes: five at first, then one probe after 5, 10, 15, 15, … seconds.
      assert.isBelow(asked(world, "openai"), 5 + 600 / 15 + 3)
    }),
  )

  it.effect("is asked by one run while the others find out nothing, and by all from its first part on", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [...dead, hesitates("3 seconds", drips("one two three four five", "2 seconds"))],
        anthropic: [answers("Air.")],
      })
      const { during, after } = yield* inOneProcess(
        world,
        Effect.gen(function* () {
          yield* Effect.replicateEffect(run({ plan }), 5)
          yield* TestClock.adjust("6 seconds")
          const probe = yield* begun({ plan })
          const during = yield* run({ plan })
          yield* TestClock.adjust("7 seconds")
          const count = asked(world, "openai")
          const other = yield* begun({ plan })
          yield* Fiber.interrupt(other)
          const after = asked(world, "openai") - count
          yield* Fiber.interrupt(probe)
          return { during, after }
        }),
      )
      assert.strictEqual(textOf(during), "Air.")
      assert.strictEqual(after, 1)
    }),
  )
})

describe("when every target is closed off", () => {
  const opening = Effect.replicateEffect(run({ plan: alone }), 5)

  it.effect("one run waits for the first to reopen; the others fail at once as rate limited", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [...times(5, refuses(500)), answers("Back.")] })
      const [waiting, ...others] = yield* inOneProcess(
        world,
        Effect.gen(function* () {
          yield* opening
          const first = yield* begun({ plan: alone })
          const rest = yield* Effect.replicateEffect(run({ plan: alone }), 3)
          return [yield* ended(first), ...rest]
        }),
      )
      assert.strictEqual(textOf(waiting ?? []), "Back.")
      const [wait] = only(waiting ?? [], "retry-scheduled")
      assert.isFalse(wait?.askedByProvider)
      assert.isAtMost(Duration.toSeconds(wait?.delay ?? Duration.infinity), 5.5)
      for (const events of others) {
        const last = ending(events)
        const error = failureOf(events)
        assert.strictEqual(error.reason, "RateLimited")
        assert.strictEqual(last.at, startedAt(events))
        assert(last.type === "plan-failed")
        assert.isAtMost(Duration.toSeconds(last.retryAfter ?? Duration.infinity), 5)
        assert.deepStrictEqual(error.retryAfter, last.retryAfter)
        assert.strictEqual(last.attempts.length, 0)
      }
      assert.strictEqual(asked(world, "openai"), 6)
    }),
  )

  it.effect("the next may wait when the one that waited was left", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [...times(5, refuses(500)), answers("Back.")] })
      const events = yield* inOneProcess(
        world,
        Effect.gen(function* () {
          yield* opening
          yield* Fiber.interrupt(yield* begun({ plan: alone }))
          return yield* run({ plan: alone })
        }),
      )
      assert.strictEqual(textOf(events), "Back.")
    }),
  )

  it.effect("nobody waits for one that reopens only after the deadline", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [refuses(500)] })
      const hurried = planOf([openai], { deadline: Duration.seconds(2) })
      const events = yield* inOneProcess(world, Effect.andThen(opening, run({ plan: hurried })))
      assert.deepStrictEqual(delaysOf(events), [])
      assert.strictEqual(failureOf(events).reason, "RateLimited")
    }),
  )

  it.effect("the smallest wait is told, of circuits and pauses alike", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [rateLimited(200)], anthropic: [rateLimited(150)] })
      const hurried = planOf([openai, anthropic], { deadline: Duration.seconds(30) })
      const [first, second] = yield* inOneProcess(
        world,
        Effect.all([run({ plan: hurried }), run({ plan: hurried })]),
      )
      assert.strictEqual(failureOf(first).reason, "RateLimited")
      assert.deepStrictEqual(failureOf(first).retryAfter, Duration.seconds(150))
      const wait = Duration.toSeconds(failureOf(second).retryAfter ?? Duration.zero)
      assert.isTrue(wait > 149 && wait <= 150)
      assert.strictEqual(world.calls.length, 2)
    }),
  )
})

describe("a target that asked for a pause", () => {
  it.effect("is left alone by other runs until then, and asked again after it", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [rateLimited(60), answers("Back.")], anthropic: [answers("Air.")] })
      const texts = yield* inOneProcess(
        world,
        Effect.gen(function* () {
          yield* run({ plan })
          yield* TestClock.adjust("59 seconds")
          const early = yield* run({ plan })
          yield* TestClock.adjust("1 second")
          return [early, yield* run({ plan })].map(textOf)
        }),
      )
      assert.deepStrictEqual(texts, ["Air.", "Back."])
    }),
  )

  it.effect("is asked again after five minutes at most", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [rateLimited(3600), answers("Back.")], anthropic: [answers("Air.")] })
      const events = yield* inOneProcess(
        world,
        run({ plan }).pipe(Effect.andThen(TestClock.adjust("5 minutes")), Effect.andThen(run({ plan }))),
      )
      assert.strictEqual(textOf(events), "Back.")
    }),
  )

  it.effect("is left alone for five minutes when its quota is used up", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [refuses(402)], anthropic: [answers("Air.")] })
      yield* inOneProcess(
        world,
        run({ plan }).pipe(Effect.andThen(TestClock.adjust("290 seconds")), Effect.andThen(run({ plan }))),
      )
      assert.strictEqual(asked(world, "openai"), 1)
    }),
  )

  it.effect("does not keep another model of the same provider from being asked", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [rateLimited(60), answers("Other.")], anthropic: [answers("Air.")] })
      const other = planOf([{ ...openai, model: "gpt-4.1-mini" }])
      const events = yield* inOneProcess(world, Effect.andThen(run({ plan }), run({ plan: other })))
      assert.strictEqual(textOf(events), "Other.")
    }),
  )
})

describe("a key that was refused", () => {
  it.effect("is not sent again by another run, also not to another model, until it changes", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [badKey, answers("Back.")], anthropic: [answers("Air.")] })
      const mini = planOf([{ ...openai, model: "gpt-4.1-mini" }, anthropic])
      const texts = yield* Effect.gen(function* () {
        const { set } = yield* ConfigurationService
        const first = yield* run({ plan })
        const second = yield* run({ plan: mini })
        yield* set("OPENAI_API_KEY", "sk-openai-mended-0123456789")
        return [first, second, yield* run({ plan })].map(textOf)
      }).pipe(Effect.provide(world.layer))
      assert.deepStrictEqual(texts, ["Air.", "Air.", "Back."])
      assert.strictEqual(asked(world, "openai"), 2)
    }),
  )

  it.effect("is tried once after five minutes", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [badKey], anthropic: [answers("Air.")] })
      yield* inOneProcess(
        world,
        run({ plan }).pipe(
          Effect.andThen(TestClock.adjust("5 minutes")),
          Effect.andThen(Effect.replicateEffect(run({ plan }), 3)),
        ),
      )
      assert.strictEqual(asked(world, "openai"), 2)
    }),
  )

  it.effect("alone is an error of the configuration in the run that found out", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [badKey] })
      const last = ending(yield* inOneProcess(world, run({ plan: alone })))
      assert(last.type === "plan-failed" && last.error._tag === "AIConfigurationError")
      assert.strictEqual(last.error.keyName, "OPENAI_API_KEY")
    }),
  )
})

describe("a run that is left", () => {
  it.effect("says nothing of its target, however often", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [...times(12, silence), answers("Air.")] }, allConfigured)
      const events = yield* inOneProcess(
        world,
        Effect.gen(function* () {
          for (let count = 0; count < 12; count += 1) yield* Fiber.interrupt(yield* begun({ plan: alone }))
          return yield* run({ plan: alone })
        }),
      )
      assert.strictEqual(textOf(events), "Air.")
      assert.strictEqual(world.open(), 0)
    }),
  )
})
