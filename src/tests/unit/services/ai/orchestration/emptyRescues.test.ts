/** Rescuers that say stop and add nothing: nobody has said how the answer goes on, so it is not complete. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TargetHealth } from "@/services/ai/orchestration"
import { closing, opening, reasoning } from "@/tests/support/dialects"
import { ending, endsOf, failureOf, planOf, run, runIn, textOf } from "@/tests/support/runs"
import { answers, breaksAfter, makeWorld, refuses, streams, type Move } from "@/tests/support/world"

const openai = { provider: "openai", model: "gpt-4.1" }
const anthropic = { provider: "anthropic", model: "claude-haiku-5-5" }
const ollama = { provider: "ollama", model: "gemma3:1b" }

const sentence = "Small particles scatter short waves much more than long ones, and so "
const beginning = `The sky is blue. ${sentence}we see it as we do; but at dusk the way through the air is`

describe("a rescuer that only repeats what was seen", () => {
  it.effect.each<readonly [what: string, repeated: string]>([
    ["the last words", "the way through the air is"],
    ["its beginning, and stops before the cut", `The sky is blue. ${sentence}`.trim()],
  ])("has not completed the answer: %s", ([, repeated]) =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [breaksAfter(beginning), refuses(500)],
        anthropic: [answers(repeated)],
      })
      const events = yield* runIn(world, { plan: planOf([openai, anthropic]) })
      assert.deepStrictEqual(endsOf(events), ["Cut", "EmptyAnswer", "ServerError"])
      assert.strictEqual(failureOf(events).reason, "Cut")
      assert.strictEqual(textOf(events), beginning)
      const last = ending(events)
      assert.isTrue(last.type === "plan-failed" && last.partial)
    }),
  )

  it.effect("from its beginning to its end, and stops there, says that this is the whole answer", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(beginning)], anthropic: [answers(beginning)] })
      const events = yield* runIn(world, { plan: planOf([openai, anthropic]) })
      assert.strictEqual(textOf(events), beginning)
      assert.strictEqual(ending(events).type, "plan-completed")
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic"])
    }),
  )

  it.effect.each<readonly [what: string, seen: string, rescuer: Move]>([
    [
      "the last five words that it was asked for, where there are no more",
      "The sky is blue because",
      answers("The sky is blue because"),
    ],
    [
      "all of it in its thoughts, of which nothing is shown",
      beginning,
      streams((dialect) => [
        ...opening(dialect, ""),
        ...reasoning(dialect, `They have read: ${beginning}`),
        ...closing(dialect),
      ]),
    ],
  ])("does not say that this is the whole answer: %s", ([, seen, rescuer]) =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(seen), refuses(500)], anthropic: [rescuer] })
      const events = yield* runIn(world, { plan: planOf([openai, anthropic]) })
      assert.deepStrictEqual(endsOf(events), ["Cut", "EmptyAnswer", "ServerError"])
      assert.strictEqual(textOf(events), seen)
      assert.strictEqual(ending(events).type, "plan-failed")
    }),
  )

  it.effect("leaves the next one to go on, and its circuit takes no notice", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [breaksAfter(beginning)],
        anthropic: [answers("the way through the air is")],
        ollama: [answers(" longer.")],
      })
      const reports = yield* Effect.gen(function* () {
        const events = yield* run({ plan: planOf([openai, anthropic, ollama]) })
        assert.strictEqual(textOf(events), `${beginning} longer.`)
        assert.strictEqual(ending(events).type, "plan-completed")
        return yield* (yield* TargetHealth).reports
      }).pipe(Effect.provide(world.layer))
      const rates = reports.map(({ target, failureRate }) => [target.provider, failureRate])
      assert.deepInclude(rates, ["anthropic", 0])
    }),
  )
})
