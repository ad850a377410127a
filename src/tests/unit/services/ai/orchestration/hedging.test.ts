/** Steps that hedge: a second target is asked when the first is slow to begin, and the first to begin answers. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { TargetHealth } from "@/services/ai/orchestration"
import { estimateTokens } from "@/services/ai/core/tokens"
import { errorBody, opening } from "@/tests/support/dialects"
import { anthropic, ollama, openai, plan, slow, startsOf } from "@/tests/support/hedges"
import {
  begun,
  delaysOf,
  ended,
  ending,
  endsOf,
  failureOf,
  inOneProcess,
  only,
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
  hesitates,
  makeWorld,
  refuses,
  silence,
  streams,
  unreachable,
} from "@/tests/support/world"

describe("a target that is slow to begin", () => {
  it.effect("is hedged when no part has come by then, and the first to begin answers", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [silence], anthropic: [slow(1, "Air.")] })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(startsOf(events), [
        ["openai", undefined, 0],
        ["anthropic", "hedge", 2000],
      ])
      assert.deepStrictEqual(endsOf(events), ["Superseded", "answered"])
      assert.strictEqual(textOf(events), "Air.")
      assert.strictEqual(only(events, "answer-started").length, 1)
      assert.deepStrictEqual(only(events, "target-switched"), [])
      assert.strictEqual(world.open(), 0)
    }),
  )

  it.effect("answers itself when it begins before the other", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [slow(3)], anthropic: [slow(5, "Air.")] })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(endsOf(events), ["answered", "Superseded"])
      assert.strictEqual(textOf(events), "Slow air.")
      assert.strictEqual(world.open(), 0)
    }),
  )

  it.effect("is not hedged when it begins in time, however long its answer takes", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [drips("one two three", "700 millis")], anthropic: [answers("no")] })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(world.asked(), ["openai"])
      assert.strictEqual(textOf(events), "one two three")
    }),
  )

  it.effect("and begins at the same moment as the other: one of them answers", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [slow(3)], anthropic: [slow(1, "Air.")] })
      const events = yield* runIn(world, { plan })
      assert.strictEqual(only(events, "answer-started").length, 1)
      assert.sameMembers([...endsOf(events)], ["answered", "Superseded"])
      assert.include(["Slow air.", "Air."], textOf(events))
    }),
  )

  it.effect("is let go of at once when it has lost: its request is closed while the answer goes on", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [silence], anthropic: [drips("one two three four", "1 second")] })
      const [open, events] = yield* inOneProcess(
        world,
        Effect.gen(function* () {
          const fiber = yield* begun({ plan })
          yield* TestClock.adjust("6 seconds")
          return [world.open(), yield* ended(fiber)] as const
        }),
      )
      assert.strictEqual(open, 1)
      const loser = only(events, "attempt-failed")[0]
      assert.strictEqual(loser?.at, only(events, "answer-started")[0]?.at)
      assert.deepStrictEqual(endsOf(events), ["Superseded", "answered"])
    }),
  )

  it.effect("does not suffer from having lost: no circuit counts it, and its usage is estimated", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [streams((dialect) => opening(dialect, ""), "hang")],
        anthropic: [answers("Air.")],
      })
      const [events, reports] = yield* Effect.gen(function* () {
        const events = yield* run({ plan })
        return [events, yield* (yield* TargetHealth).reports] as const
      }).pipe(Effect.provide(world.layer))
      const lost = reports.find(({ target }) => target.provider === "openai")
      assert.deepStrictEqual([lost?.requests, lost?.circuit], [0, "closed"])
      const usage = ending(events).attempts[0]?.usage
      assert.strictEqual(usage?.source, "estimated")
      assert.isAtLeast(usage?.inputTokens ?? 0, estimateTokens("Why is the sky blue?"))
      assert.strictEqual(usage?.outputTokens, 0)
    }),
  )
})

describe("a failure in a hedge", () => {
  it.effect("of the first target does not end the second", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [hesitates("3 seconds", refuses(500))],
        anthropic: [slow(4, "Air.")],
      })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(endsOf(events), ["ServerError", "answered"])
      assert.strictEqual(textOf(events), "Air.")
    }),
  )

  it.effect("of the first target that would stop the run does not end the second either", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [hesitates("3 seconds", refuses(422))],
        anthropic: [slow(4, "Air.")],
      })
      assert.strictEqual(textOf(yield* runIn(world, { plan })), "Air.")
    }),
  )

  it.effect("of the second does not end the first", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [slow(5)], anthropic: [refuses(500)] })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(endsOf(events), ["answered", "ServerError"])
      assert.strictEqual(textOf(events), "Slow air.")
    }),
  )

  it.effect("before the wait is over leads to a retry, not to a hedge", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [refuses(500), answers("Air.")], anthropic: [answers("no")] })
      const events = yield* runIn(world, { plan: planOf([{ ...openai, attempts: 2 }, anthropic]) })
      assert.deepStrictEqual(world.asked(), ["openai", "openai"])
      assert.strictEqual(textOf(events), "Air.")
    }),
  )

  it.effect("of both leads on as the first one's does, and the second is not asked again", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [hesitates("3 seconds", refuses(500)), refuses(500)],
        anthropic: [refuses(503)],
        ollama: [answers("Air.")],
      })
      const events = yield* runIn(world, { plan: planOf([{ ...openai, attempts: 2 }, anthropic, ollama]) })
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "openai", "ollama"])
      assert.strictEqual(textOf(events), "Air.")
    }),
  )

  it.effect(
    "of the second is followed, in its own turn, by what follows any failure: its wait, or the next",
    () =>
      Effect.gen(function* () {
        const steps = [openai, { ...anthropic, attempts: 3 }, ollama] as const
        const first = hesitates("3 seconds", refuses(500))
        const faulty = makeWorld({ openai: [first], anthropic: [refuses(500), answers("Air.")] })
        const events = yield* runIn(faulty, { plan: planOf(steps) })
        assert.deepStrictEqual(faulty.asked(), ["openai", "anthropic", "anthropic"])
        assert.isTrue(delaysOf(events).length === 1 && delaysOf(events).every((delay) => delay >= 80))
        assert.strictEqual(textOf(events), "Air.")

        const silent = makeWorld({ openai: [first], anthropic: [silence], ollama: [answers("Air.")] })
        assert.strictEqual(textOf(yield* runIn(silent, { plan: planOf(steps) })), "Air.")
        assert.deepStrictEqual(silent.asked(), ["openai", "anthropic", "ollama"])
      }),
  )

  it.effect("of the second keeps it from helping once more", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [hesitates("3 seconds", refuses(500)), slow(3)],
        anthropic: [unreachable],
        ollama: [slow(9)],
      })
      const plan = planOf([{ ...openai, attempts: 2 }, { ...anthropic, attempts: 3 }, ollama])
      const events = yield* inOneProcess(world, run({ plan }))
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "openai"])
      assert.strictEqual(textOf(events), "Slow air.")
    }),
  )

  it.effect("of the second that asks for a pause does not keep it from being the last resort", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [hesitates("3 seconds", refuses(404))],
        anthropic: [rateLimited(20), answers("Air.")],
      })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "anthropic"])
      assert.strictEqual(textOf(events), "Air.")
    }),
  )

  it.effect("of all: the error is the preferred target's, also when the other failed first", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [hesitates("5 seconds", refuses(500))], anthropic: [refuses(503)] })
      const error = failureOf(yield* runIn(world, { plan }))
      assert.deepStrictEqual([error.provider, error.reason], ["openai", "ServerError"])
    }),
  )
})

describe("an answer that won and broke off", () => {
  it.effect("is rescued like any other; the one that lost may go on with it", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [silence, answers(" because of scattering.")],
        anthropic: [breaksAfter("The sky is blue")],
      })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "openai"])
      assert.strictEqual(textOf(events), "The sky is blue because of scattering.")
    }),
  )

  it.effect("is rescued by the steps between, too, that were never asked", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [silence, refuses(500)],
        anthropic: [rateLimited(4), answers(" today.")],
        ollama: [hesitates("2 seconds", breaksAfter("The sky is blue"))],
      })
      const events = yield* inOneProcess(
        world,
        Effect.andThen(
          run({ plan: planOf([anthropic], { deadline: Duration.seconds(3) }) }),
          run({ plan: planOf([{ ...openai, hedge: { after: Duration.seconds(3) } }, anthropic, ollama]) }),
        ),
      )
      // While it was closed it could not help; when the answer broke off it was open again.
      assert.deepStrictEqual(world.asked(), ["anthropic", "openai", "ollama", "openai", "anthropic"])
      assert.strictEqual(textOf(events), "The sky is blue today.")
    }),
  )

  it.effect("is not rescued by a target that the hedge saw refused for good", () =>
    Effect.gen(function* () {
      const refused = refuses(
        400,
        errorBody("chat-completions", "invalid_request_error", "no", "content_policy_violation"),
      )
      const world = makeWorld({
        openai: [hesitates("3 seconds", breaksAfter("The sky is blue")), answers(" today.")],
        anthropic: [refused],
      })
      const steps = [openai, { ...anthropic, onRefusal: "next" as const }] as const
      const events = yield* runIn(world, { plan: planOf(steps) })
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "openai"])
      assert.strictEqual(textOf(events), "The sky is blue today.")
    }),
  )
})
