/** Answers that break off and are not simply gone on with: tool calls, filters, plans that fail or restart. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { closing, opening, toolCall } from "@/tests/support/dialects"
import { generated, streamed } from "@/tests/support/methods"
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
  ending,
  endsOf,
  failureOf,
  only,
  planOf,
  request,
  runIn,
  textOf,
  typesOf,
} from "@/tests/support/runs"
import { answers, breaksAfter, hesitates, makeWorld, refuses, streams } from "@/tests/support/world"

describe("a tool call", () => {
  const weather = { id: "call_1", name: "weather", pieces: ['{"city":', '"Bern"}'] }
  const tools = [{ name: "weather", description: "Tells the weather.", parameters: { type: "object" } }]

  it.effect("that was handed on ends the hope of a rescue: the run fails with the cause", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [
          streams((d) => [...opening(d, "Let me see."), ...toolCall(d, weather), ...closing(d, 5, "other")]),
        ],
        anthropic: [answers("never asked")],
      })
      const events = yield* runIn(world, { plan: planOf([openai, anthropic]), options: { tools } })
      const last = ending(events)
      assert.deepStrictEqual(world.asked(), ["openai"])
      assert.deepStrictEqual(
        only(events, "tool-call").map(({ params }) => params),
        [{ city: "Bern" }],
      )
      assert.strictEqual(failureOf(events).reason, "Cut")
      assert.isTrue(last.type === "plan-failed" && last.partial)
    }),
  )

  it.effect("that a rescuer hands on ends it, too", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [breaksAfter("Let me see what")],
        anthropic: [
          streams((d) => [...opening(d, " it is."), ...toolCall(d, weather), ...closing(d, 5, "other")]),
        ],
        ollama: [answers("never asked")],
      })
      const events = yield* runIn(world, { plan: chain, options: { tools } })
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic"])
      assert.strictEqual(textOf(events), "Let me see what it is.")
      assert.strictEqual(failureOf(events).message.includes("openai"), true)
    }),
  )

  it.effect("that was cut in its arguments was never handed on: the text before it is gone on with", () =>
    Effect.gen(function* () {
      const half = { ...weather, pieces: ['{"city":'] }
      const world = makeWorld({
        openai: [streams((d) => [...opening(d, "Let me see"), ...toolCall(d, half)])],
        anthropic: [
          streams((d) => [...opening(d, " now."), ...toolCall(d, weather), ...closing(d, 5, "tool-calls")]),
        ],
      })
      const events = yield* runIn(world, { plan: planOf([openai, anthropic]), options: { tools } })
      const last = ending(events)
      assert.strictEqual(textOf(events), "Let me see now.")
      assert.isTrue(last.type === "plan-completed" && last.finishReason === "tool-calls")
      assert.strictEqual(only(events, "tool-call").length, 1)
    }),
  )

  it.effect("that was cut before anything was shown is asked for again", () =>
    Effect.gen(function* () {
      const half = { ...weather, pieces: ['{"city":'] }
      const whole = streams((d) => [
        ...opening(d, ""),
        ...toolCall(d, weather),
        ...closing(d, 5, "tool-calls"),
      ])
      const world = makeWorld({ openai: [streams((d) => [...opening(d, ""), ...toolCall(d, half)]), whole] })
      const plan = planOf([{ ...openai, attempts: 2 }])
      const events = yield* runIn(world, { plan, options: { tools } })
      assert.deepStrictEqual(endsOf(events), ["Cut", "answered"])
      assert.strictEqual(only(events, "answer-started").length, 1)
    }),
  )
})

describe("an answer that is not rescued", () => {
  it.effect("is one that the provider's filter stopped: it is passed on as that, with its text", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [streams((d) => [...opening(d, beginning), ...closing(d, 5, "content-filter")])],
        anthropic: [answers("never asked")],
      })
      const events = yield* runIn(world, { plan: chain })
      const last = ending(events)
      assert.deepStrictEqual(world.asked(), ["openai"])
      assert.strictEqual(failureOf(events).reason, "ContentRefused")
      assert.isTrue(last.type === "plan-failed" && last.partial)
      assert.strictEqual(textOf(events), beginning)
    }),
  )

  it.effect("is one that its length limit cut: it is complete, and says so", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [streams((d) => [...opening(d, beginning), ...closing(d, 5, "length")])],
      })
      const last = ending(yield* runIn(world, { plan: chain }))
      assert.isTrue(last.type === "plan-completed" && last.finishReason === "length")
      assert.deepStrictEqual(world.asked(), ["openai"])
    }),
  )

  it.effect("is one whose plan says fail: it ends at once with its cause", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(beginning)], anthropic: [answers("never asked")] })
      const plan = planOf([openai, anthropic], { onPartial: "fail" })
      const events = yield* runIn(world, { plan })
      const last = ending(events)
      assert.deepStrictEqual(world.asked(), ["openai"])
      assert.deepStrictEqual([failureOf(events).reason, textOf(events)], ["Cut", beginning])
      assert.isTrue(last.type === "plan-failed" && last.partial)
    }),
  )
})

describe("an answer whose plan says restart", () => {
  const plan = planOf([openai, anthropic, ollama], { onPartial: "restart" })
  const anew = "Short waves are scattered."

  it.effect("is taken back only when the new one begins", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [breaksAfter(beginning)],
        anthropic: [refuses(500)],
        ollama: [hesitates("5 seconds", answers(anew))],
      })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(
        typesOf(events).filter((type) => type !== "text-delta"),
        [
          "plan-started",
          "attempt-started",
          "answer-started",
          "attempt-failed",
          "target-switched",
          "attempt-started",
          "attempt-failed",
          "target-switched",
          "attempt-started",
          "answer-discarded",
          "answer-started",
          "plan-completed",
        ],
      )
      assert.strictEqual(textOf(events), anew)
      assert.deepStrictEqual(messagesOf(world.calls[2]), messagesOf(world.calls[0]))
    }),
  )

  it.effect("stays when nobody begins anew", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(beginning), refuses(500)], anthropic: [refuses(500)] })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(only(events, "answer-discarded"), [])
      assert.deepStrictEqual([failureOf(events).reason, textOf(events)], ["Cut", beginning])
    }),
  )

  it.effect("is taken back again when the new one breaks off too", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [breaksAfter(beginning)],
        anthropic: [breaksAfter("Short waves")],
        ollama: [answers(anew)],
      })
      const events = yield* runIn(world, { plan })
      assert.strictEqual(only(events, "answer-discarded").length, 2)
      assert.strictEqual(textOf(events), anew)
    }),
  )

  it.effect("is resumed for a consumer that cannot take text back, and is new for one that collects it", () =>
    Effect.gen(function* () {
      const worlds = [rest, anew].map((said) =>
        makeWorld({ openai: [breaksAfter(beginning)], anthropic: [answers(said)] }),
      )
      const [resumed, collected] = yield* Effect.forEach([streamed, generated], (ask, index) =>
        ask({ ...request, plan }).pipe(Effect.provide(worlds[index]?.layer ?? assert.fail())),
      )
      assert.deepStrictEqual([resumed, collected], [sky, anew])
    }),
  )
})
