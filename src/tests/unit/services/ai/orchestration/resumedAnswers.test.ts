/** Answers that their process died in: who goes on with them when the run is resumed, and what is shown. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { PlanEvent } from "@/services/ai"
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
import {
  diedInRescue,
  diedWriting,
  hasSaid,
  isA,
  diesAfter,
  resumedIn,
  resumedUntil,
} from "@/tests/support/deaths"
import { closing, errorBody, opening, reasoning, toolCall } from "@/tests/support/dialects"
import { ending, endsOf, failureOf, only, planOf, textOf, typesOf } from "@/tests/support/runs"
import {
  answers,
  breaksAfter,
  makeWorld,
  refuses,
  stallsAfter,
  streams,
  type Move,
} from "@/tests/support/world"

const tooLong = refuses(400, errorBody("messages", "invalid_request_error", "prompt is too long: 9 > 8"))

const targetsOf = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<string> =>
  only(events, "attempt-started").map(({ target }) => target.provider)

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

  it.effect("a rescuer that failed before is not asked again, and rules out no other", () =>
    Effect.gen(function* () {
      const writing = makeWorld({ openai: [breaksAfter(beginning)], anthropic: [tooLong] })
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
      const calling = streams((dialect) => [
        ...opening(dialect, beginning),
        ...toolCall(dialect, { id: "call-1", name: "weather", pieces: ["{}"] }),
        ...closing(dialect, 5, "tool-calls"),
      ])
      const log = yield* diesAfter(makeWorld({ openai: [calling] }), chain, isA("tool-call"))
      const world = makeWorld({ openai: [answers(rest)], anthropic: [answers(rest)] })
      const events = yield* resumedIn(world, log)
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
