/** Answers that end, or go on for long, before anything of them could be shown. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { closing, opening, toolCall } from "@/tests/support/dialects"
import { ending, endsOf, planOf, runIn, textOf } from "@/tests/support/runs"
import { answers, hesitates, makeWorld, streams } from "@/tests/support/world"

describe("an answer that its length limit ended before its first part", () => {
  it.effect("takes part in a race like any other: only one of two answers", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [hesitates("5 seconds", answers("Slow air."))],
        anthropic: [streams((dialect) => [...opening(dialect, ""), ...closing(dialect, 5, "length")])],
      })
      const plan = planOf([
        { provider: "openai", model: "gpt-4.1", hedge: { after: Duration.seconds(2) } },
        { provider: "anthropic", model: "claude-haiku-5-5" },
      ])
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(endsOf(events), ["Superseded", "answered"])
      assert.strictEqual(textOf(events), "")
    }),
  )
})

describe("an attempt of which only the arguments of a tool call have come", () => {
  it.effect("has shown nothing, so that the deadline ends it", () =>
    Effect.gen(function* () {
      const call = { id: "1", name: "weather", pieces: ['{"c', "it", 'y":', '"B', "er", 'n"', "}"] }
      const world = makeWorld({
        openai: [
          {
            does: "stream",
            events: (dialect) => [
              ...opening(dialect, ""),
              ...toolCall(dialect, call),
              ...closing(dialect, 5, "tool-calls"),
            ],
            then: "end",
            pause: "3 seconds",
          },
        ],
      })
      const plan = planOf([{ provider: "openai", model: "gpt-4.1" }], { deadline: Duration.seconds(20) })
      const events = yield* runIn(world, { plan })
      assert.isAtMost(ending(events).at - (events[0]?.at ?? 0), 20_000)
    }),
  )
})
