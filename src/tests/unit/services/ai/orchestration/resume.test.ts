/** Runs that go on after their process died: what of them is remembered, who is asked, and what is shown. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { nameOf, type PlanEvent } from "@/services/ai"
import { isTerminal, TargetHealth } from "@/services/ai/orchestration"
import {
  anthropic,
  beginning,
  chain,
  messagesOf,
  ollama,
  openai,
  rest,
  sky,
} from "@/tests/support/cutAnswers"
import { diesAfter, resumedIn, resumedUntil } from "@/tests/support/deaths"
import { opening, reasoning, toolCall } from "@/tests/support/dialects"
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
  typesOf,
} from "@/tests/support/runs"
import {
  answers,
  breaksAfter,
  makeWorld,
  refuses,
  silence,
  stallsAfter,
  streams,
  unreachable,
  type Move,
} from "@/tests/support/world"

const isA =
  (type: PlanEvent["type"], attempt?: number) =>
  (event: PlanEvent): boolean =>
    event.type === type && (attempt === undefined || ("attempt" in event && event.attempt === attempt))
/** The words come one by one; after the last of these. */
const hasSaid =
  (words: string) =>
  (event: PlanEvent): boolean =>
    event.type === "text-delta" && words.endsWith(event.text.trim())

/** The log of a run of the chain in which OpenAI was writing when the process died. */
const diedWriting = diesAfter(makeWorld({ openai: [stallsAfter(beginning)] }), chain, hasSaid(beginning))

/** Where the beginning was written by the second, after the first had broken off before it. */
const half = "The sky is"
const other = " blue because"
const diedInRescue = diesAfter(
  makeWorld({ openai: [breaksAfter(half)], anthropic: [stallsAfter(other)] }),
  chain,
  hasSaid(other),
)

const targetsOf = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<string> =>
  only(events, "attempt-started").map(({ target }) => target.provider)

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
      const reports = yield* Effect.gen(function* () {
        const health = yield* TargetHealth
        yield* resumedIn({ ...world, layer: world.layer }, log)
        return yield* health.reports
      }).pipe(Effect.provide(world.layer))
      assert.isEmpty(reports.filter(({ failureRate }) => failureRate > 0))
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
        makeWorld({ openai: [unreachable], anthropic: [silence] }),
        planOf([{ ...openai, attempts: 1 }, anthropic, ollama]),
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

describe("when text was shown", () => {
  it.effect("it is continued, first by the target that was writing: it did not fail", () =>
    Effect.gen(function* () {
      const log = yield* diedWriting
      const world = makeWorld({ openai: [answers(rest)], anthropic: [answers(rest)] })
      const events = yield* resumedIn(world, log)
      assert.deepStrictEqual(world.asked(), ["openai"])
      assert.strictEqual(textOf(events), sky)
      assert.deepInclude(messagesOf(world.calls[0])[1], { role: "assistant", content: beginning })
      assert.deepInclude(only(events, "answer-resumed")[0], { target: openai, mode: "instruction" })
      assert.isEmpty(only(events, "target-switched"))
    }),
  )

  it.effect("then by the following steps, then by the earlier ones; and the deadline counts anew", () =>
    Effect.gen(function* () {
      const writing = makeWorld({ openai: [refuses(500)], anthropic: [stallsAfter(beginning)] })
      const log = yield* diesAfter(writing, chain, hasSaid(beginning))
      const world = makeWorld({
        openai: [answers(rest)],
        anthropic: [refuses(500)],
        ollama: [refuses(500)],
      })
      const events = yield* resumedIn(world, log)
      assert.deepStrictEqual(world.asked(), ["anthropic", "ollama", "openai"])
      assert.strictEqual(textOf(events), sky)
      assert.deepStrictEqual(
        only(events, "target-switched")
          .slice(1)
          .map(({ to }) => to.provider),
        ["ollama", "openai"],
      )
    }),
  )

  it.effect("when nobody can go on, the run ends with what there is, and with its first cause", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [refuses(500)], anthropic: [refuses(500)], ollama: [refuses(500)] })
      const events = yield* resumedIn(world, yield* diedWriting)
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "ollama"])
      assert.strictEqual(failureOf(events).reason, "Interrupted")
      assert.deepInclude(ending(events), { partial: true })
      assert.strictEqual(textOf(events), beginning)
    }),
  )

  it.effect("a rescuer that was writing goes first, whoever broke off before it last", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [answers(rest)], anthropic: [refuses(500)], ollama: [refuses(500)] })
      const events = yield* resumedIn(world, yield* diedInRescue)
      assert.deepStrictEqual(world.asked(), ["anthropic", "ollama", "openai"])
      assert.strictEqual(textOf(events), sky)
    }),
  )

  it.effect("a cut that is in the log already is rescued from there", () =>
    Effect.gen(function* () {
      const log = yield* diesAfter(
        makeWorld({ openai: [breaksAfter(beginning)] }),
        chain,
        isA("attempt-failed"),
      )
      const world = makeWorld({ openai: [answers(rest)], anthropic: [answers(rest)] })
      const events = yield* resumedIn(world, log)
      assert.deepStrictEqual(targetsOf(events), ["openai", "anthropic"])
      assert.deepStrictEqual(endsOf(events), ["Cut", "answered"])
      assert.deepInclude(only(events, "target-switched")[0], { from: openai, to: anthropic })
    }),
  )

  it.effect("a rescuer that failed before is not asked again", () =>
    Effect.gen(function* () {
      const writing = makeWorld({ openai: [breaksAfter(beginning)], anthropic: [refuses(500)] })
      const log = yield* diesAfter(writing, chain, isA("attempt-failed", 2))
      const world = makeWorld({ openai: [refuses(500)], anthropic: [answers(rest)], ollama: [refuses(500)] })
      const events = yield* resumedIn(world, log)
      assert.deepStrictEqual(world.asked(), ["ollama", "openai"])
      assert.strictEqual(failureOf(events).reason, "Cut")
      assert.deepInclude(only(events, "target-switched")[1], { from: anthropic, to: ollama })
    }),
  )

  it.effect("a prefill that was rejected before is told in words", () =>
    Effect.gen(function* () {
      const plan = planOf([openai, ollama])
      const writing = makeWorld({ openai: [breaksAfter(beginning)], ollama: [refuses(400)] })
      const log = yield* diesAfter(writing, plan, isA("attempt-failed", 2))
      const world = makeWorld({ ollama: [answers(rest)] })
      const events = yield* resumedIn(world, log)
      assert.deepInclude(only(events, "answer-resumed")[0], { target: ollama, mode: "instruction" })
      assert.strictEqual(textOf(events), sky)
    }),
  )

  it.effect("it may die again: all that was shown is continued, and every attempt counts", () =>
    Effect.gen(function* () {
      const first = yield* diedWriting
      const [middle, end] = [rest.slice(0, 16), rest.slice(16)]
      const second = yield* resumedUntil(makeWorld({ openai: [stallsAfter(middle)] }), first, hasSaid(middle))
      const events = yield* resumedIn(makeWorld({ openai: [answers(end)] }), second)
      assert.strictEqual(textOf(events), sky)
      assert.deepStrictEqual(endsOf(events), ["Interrupted", "Interrupted", "answered"])
    }),
  )

  it.effect.each<readonly [what: string, plan: typeof chain]>([
    ["when no attempt is left", planOf([openai, anthropic], { maxAttempts: 1 })],
    ["when the plan says so", planOf([openai, anthropic], { onPartial: "fail" })],
  ])("it is left as it is %s", ([, plan]) =>
    Effect.gen(function* () {
      const log = yield* diesAfter(makeWorld({ openai: [stallsAfter(beginning)] }), plan, hasSaid(beginning))
      const world = makeWorld({ openai: [answers(rest)], anthropic: [answers(rest)] })
      const events = yield* resumedIn(world, log)
      assert.isEmpty(world.asked())
      assert.deepStrictEqual(typesOf(events).slice(log.length), ["attempt-failed", "plan-failed"])
      assert.deepInclude(ending(events), { partial: true })
      assert.strictEqual(failureOf(events).reason, "Interrupted")
    }),
  )

  it.effect("it is left as it is after a tool was called", () =>
    Effect.gen(function* () {
      const calling = streams(
        (dialect) => [
          ...opening(dialect, beginning),
          ...toolCall(dialect, { id: "call-1", name: "weather", pieces: ["{}"] }),
        ],
        "hang",
      )
      const log = yield* diesAfter(makeWorld({ openai: [calling] }), chain, hasSaid(beginning))
      const called: ReadonlyArray<PlanEvent> = [
        ...log,
        {
          type: "tool-call",
          id: "call-1",
          name: "weather",
          params: {},
          sequence: log.length,
          at: log.at(-1)?.at ?? 0,
        },
      ]
      const world = makeWorld({ openai: [answers(rest)], anthropic: [answers(rest)] })
      const events = yield* resumedIn(world, called)
      assert.isEmpty(world.asked())
      assert.deepInclude(ending(events), { partial: true })
      assert.strictEqual(failureOf(events).reason, "Interrupted")
    }),
  )

  it.effect("it is taken back when another has begun, where the plan says so", () =>
    Effect.gen(function* () {
      const plan = planOf([openai, anthropic], { onPartial: "restart" })
      const log = yield* diesAfter(makeWorld({ openai: [stallsAfter(beginning)] }), plan, hasSaid(beginning))
      const events = yield* resumedIn(makeWorld({ openai: [answers(sky)] }), log)
      assert.strictEqual(only(events, "answer-discarded").length, 1)
      assert.strictEqual(textOf(events), sky)
    }),
  )

  it.effect("only thoughts are not continued: the request is fresh, and new thoughts are not shown", () =>
    Effect.gen(function* () {
      const thinks = (then: "hang" | "end"): Move =>
        streams((dialect) => [...opening(dialect, ""), ...reasoning(dialect, "Hm.")], then)
      const log = yield* diesAfter(makeWorld({ openai: [thinks("hang")] }), chain, isA("reasoning-delta"))
      const world = makeWorld({ openai: [answers(sky)] })
      const events = yield* resumedIn(world, log)
      assert.strictEqual(messagesOf(world.calls[0]).length, 1)
      assert.deepInclude(only(events, "answer-resumed")[0], { mode: "fresh" })
      assert.strictEqual(only(events, "reasoning-delta").length, 1)
      assert.strictEqual(textOf(events), sky)
    }),
  )
})
