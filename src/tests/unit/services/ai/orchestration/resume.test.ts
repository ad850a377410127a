/** Runs that go on after their process died: what of them is remembered, who is asked, and what is shown. */
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { nameOf } from "@/services/ai"
import { isTerminal, TargetHealth } from "@/services/ai/orchestration"
import { anthropic, beginning, chain, ollama, openai, rest, sky } from "@/tests/support/cutAnswers"
import {
  diedInRescue,
  diedWriting,
  half,
  hasSaid,
  isA,
  other,
  diesAfter,
  resumedIn,
} from "@/tests/support/deaths"
import { after, openai as hedged, slow } from "@/tests/support/hedges"
import { attemptFailed, attemptStarted, eventsOf, superseded } from "@/tests/support/planEvents"
import {
  badKey,
  delaysOf,
  ending,
  endsOf,
  failureOf,
  only,
  planOf,
  rateLimited,
  textOf,
} from "@/tests/support/runs"
import { answers, makeWorld, refuses, silence, stallsAfter } from "@/tests/support/world"

describe("a run whose process died", () => {
  it.effect("goes on in its log: gapless numbers, one beginning, one end", () =>
    Effect.gen(function* () {
      const log = yield* diedWriting
      const events = yield* resumedIn(makeWorld({ openai: [answers(rest)] }), log)
      assert.deepStrictEqual(
        events.map(({ sequence }) => sequence),
        events.map((_, index) => index),
      )
      assert.strictEqual(only(events, "plan-started").length, 1)
      assert.strictEqual(events.filter(isTerminal).length, 1)
      assert.isAbove(events.length, log.length)
    }),
  )

  it.effect("tells of what was under way: whom Commander left, after how long, and what it used", () =>
    Effect.gen(function* () {
      const log = yield* diesAfter(
        makeWorld({ openai: [silence], anthropic: [stallsAfter(beginning)] }),
        chain,
        hasSaid(beginning),
      )
      const events = yield* resumedIn(makeWorld({ anthropic: [answers(rest)] }), log)
      const interrupted = only(events, "attempt-failed")[1]
      assert.strictEqual(interrupted?.sequence, log.length)
      assert.deepInclude(interrupted, { attempt: 2, step: 1, target: anthropic, emitted: beginning.length })
      assert.deepInclude(interrupted?.error, {
        reason: "Interrupted",
        isRetryable: true,
        message: `Commander stopped while ${nameOf(anthropic)} was answering`,
      })
      assert.strictEqual(Duration.toMillis(interrupted?.duration ?? 0), 0)
      assert.deepInclude(interrupted?.usage, { source: "estimated", outputTokens: 5 })
      assert.strictEqual(interrupted?.cost.source, "estimated")
    }),
  )

  it.effect("tells the health of no target that it failed", () =>
    Effect.gen(function* () {
      const log = yield* diedWriting
      const world = makeWorld({ openai: [answers(rest)] })
      const context = yield* Layer.build(world.layer)
      yield* resumedIn({ ...world, layer: Layer.succeedContext(context) }, log)
      const reports = yield* Context.get(context, TargetHealth).reports
      assert.deepStrictEqual(
        reports.map(({ target, requests, failureRate }) => [target.provider, requests, failureRate]),
        [["openai", 1, 0]],
      )
    }),
  )

  it.effect("is told to telemetry as resumed, and is not built again", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [answers(rest)] })
      yield* resumedIn(world, yield* diedWriting)
      const actions = world.telemetry.map(({ action }) => action)
      assert.deepStrictEqual(actions.slice(0, 3), ["run_resumed", "attempt_error", "attempt_start"])
    }),
  )

  it.effect("ends with the records of all its attempts, and their sum", () =>
    Effect.gen(function* () {
      const log = yield* diedInRescue
      const events = yield* resumedIn(makeWorld({ anthropic: [answers(rest)] }), log)
      const { attempts, totals } = ending(events)
      assert.deepStrictEqual(endsOf(events), ["Cut", "Interrupted", "answered"])
      assert.deepStrictEqual(
        attempts.map(({ attempt, rescue, emitted }) => [attempt, rescue, emitted]),
        [
          [1, undefined, half.length],
          [2, "instruction", other.length],
          [3, "instruction", rest.length],
        ],
      )
      assert.deepStrictEqual(attempts[0]?.timeToFirstPart, only(log, "answer-started")[0]?.timeToFirstPart)
      assert.strictEqual(
        totals.outputTokens,
        attempts.reduce((sum, { usage }) => sum + (usage.outputTokens ?? 0), 0),
      )
    }),
  )
})

describe("when nothing was shown yet", () => {
  const once = planOf([openai, anthropic])
  const diedAsking = diesAfter(makeWorld({ openai: [silence] }), once, isA("attempt-started"))

  it.effect(
    "the plan is carried out as from its start: what was broken off uses up no attempt of its step",
    () =>
      Effect.gen(function* () {
        const events = yield* resumedIn(makeWorld({ openai: [answers(sky)] }), yield* diedAsking)
        assert.deepStrictEqual(endsOf(events), ["Interrupted", "answered"])
        assert.strictEqual(textOf(events), sky)
        assert.isEmpty(only(events, "target-switched"))
      }),
  )

  it.effect("attempts that had failed count for their step, and its wait comes again", () =>
    Effect.gen(function* () {
      const twice = planOf([{ ...openai, attempts: 2 }, anthropic])
      const log = yield* diesAfter(makeWorld({ openai: [refuses(500)] }), twice, isA("retry-scheduled"))
      const world = makeWorld({ openai: [refuses(500)], anthropic: [answers(sky)] })
      const events = yield* resumedIn(world, log)
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic"])
      assert.strictEqual(delaysOf(events).length, 2)
    }),
  )

  it.effect("a target that the run has left is not asked again", () =>
    Effect.gen(function* () {
      const log = yield* diesAfter(
        makeWorld({ openai: [silence], anthropic: [silence] }),
        planOf([{ ...openai, attempts: 2 }, anthropic, ollama]),
        isA("attempt-started", 2),
      )
      const world = makeWorld({ openai: [answers(sky)], anthropic: [refuses(500)], ollama: [answers(sky)] })
      const events = yield* resumedIn(world, log)
      assert.deepStrictEqual(world.asked(), ["anthropic", "ollama"])
      assert.deepStrictEqual(
        only(events, "target-switched").map(({ to }) => to.provider),
        ["anthropic", "ollama"],
      )
    }),
  )

  it.effect("one that must not be asked again is left, though its step allows more", () =>
    Effect.gen(function* () {
      const log = yield* diesAfter(
        makeWorld({ openai: [badKey] }),
        planOf([{ ...openai, attempts: 3 }, anthropic]),
        isA("attempt-failed"),
      )
      const world = makeWorld({ openai: [answers(sky)], anthropic: [answers(sky)] })
      const events = yield* resumedIn(world, log)
      assert.deepStrictEqual(world.asked(), ["anthropic"])
      assert.deepInclude(only(events, "target-switched")[0], { from: openai, to: anthropic })
    }),
  )

  it.effect("a request that was wrong ends it, without another", () =>
    Effect.gen(function* () {
      const log = yield* diesAfter(makeWorld({ openai: [refuses(422)] }), chain, isA("attempt-failed"))
      const world = makeWorld({ openai: [answers(sky)], anthropic: [answers(sky)] })
      const events = yield* resumedIn(world, log)
      assert.isEmpty(world.asked())
      assert.strictEqual(failureOf(events).reason, "InvalidRequest")
    }),
  )

  it.effect("a long wait that was waited out is not waited out again", () =>
    Effect.gen(function* () {
      const log = yield* diesAfter(
        makeWorld({ openai: [rateLimited(20)] }),
        planOf([openai]),
        isA("attempt-failed", 2),
      )
      const world = makeWorld({ openai: [answers(sky)] })
      const events = yield* resumedIn(world, log)
      assert.isEmpty(world.asked())
      assert.strictEqual(delaysOf(events).length, 1)
    }),
  )

  it.effect("the attempts of before count to those of the run", () =>
    Effect.gen(function* () {
      const plan = planOf([{ ...openai, attempts: 3 }, anthropic], { maxAttempts: 2 })
      const log = yield* diesAfter(
        makeWorld({ openai: [refuses(500), silence] }),
        plan,
        isA("attempt-started", 2),
      )
      const world = makeWorld({ openai: [answers(sky)], anthropic: [answers(sky)] })
      const events = yield* resumedIn(world, log)
      assert.isEmpty(world.asked())
      assert.deepStrictEqual(endsOf(events), ["ServerError", "Interrupted"])
      assert.isTrue(ending(events).type === "plan-failed" && failureOf(events).reason === "Interrupted")
      assert.deepInclude(ending(events), { partial: false })
    }),
  )

  it.effect("both end that were asked side by side, and both can be asked again", () =>
    Effect.gen(function* () {
      const plan = planOf([hedged, anthropic])
      const log = yield* diesAfter(
        makeWorld({ openai: [silence], anthropic: [silence] }),
        plan,
        isA("attempt-started", 2),
      )
      const world = makeWorld({ openai: [slow(4)], anthropic: [answers(sky)] })
      const events = yield* resumedIn(world, log)
      assert.deepStrictEqual(endsOf(events), ["Interrupted", "Interrupted", "Superseded", "answered"])
      assert.deepStrictEqual(
        only(events, "attempt-failed")
          .slice(0, 2)
          .map(({ duration }) => Duration.toMillis(duration)),
        [Duration.toMillis(after), 0],
      )
    }),
  )

  it.effect("one that was overtaken by an attempt which died is asked again", () =>
    Effect.gen(function* () {
      const plan = planOf([openai, anthropic])
      const log = eventsOf([
        { type: "plan-started", runId: "run-1", plan },
        attemptStarted(1, openai),
        attemptStarted(2, anthropic, 1, "hedge"),
        attemptFailed(1, openai, { error: superseded }),
      ])
      const world = makeWorld({ openai: [answers(sky)] })
      const events = yield* resumedIn(world, log)
      assert.deepStrictEqual(world.asked(), ["openai"])
      assert.deepStrictEqual(endsOf(events), ["Superseded", "Interrupted", "answered"])
    }),
  )

  it.effect("an answer that is empty everywhere is returned as it is", () =>
    Effect.gen(function* () {
      const events = yield* resumedIn(
        makeWorld({ openai: [answers("")], anthropic: [answers("")] }),
        yield* diedAsking,
      )
      assert.deepStrictEqual(endsOf(events), ["Interrupted", "EmptyAnswer", "EmptyAnswer"])
      assert.strictEqual(ending(events).type, "plan-completed")
    }),
  )
})
