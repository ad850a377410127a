/** A hedge and the deadline: the targets after it keep room for a first part of their own. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { ending, endsOf, planOf, runIn, textOf } from "@/tests/support/runs"
import { answers, makeWorld, silence } from "@/tests/support/world"

describe("a hedge that is silent too", () => {
  it.effect("leaves room before the deadline for the target after it", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [silence], ollama: [silence], anthropic: [answers("Here I am.")] })
      const plan = planOf(
        [
          { provider: "openai", model: "gpt-4.1", hedge: { after: Duration.seconds(2) } },
          // By itself it would take the whole time until the deadline.
          { provider: "ollama", model: "gemma3:1b" },
          { provider: "anthropic", model: "claude-haiku-5-5", firstPart: Duration.seconds(10) },
        ],
        { deadline: Duration.seconds(40) },
      )
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(endsOf(events), ["NoFirstPart", "NoFirstPart", "answered"])
      assert.strictEqual(textOf(events), "Here I am.")
      assert.isAtMost(ending(events).at - (events[0]?.at ?? 0), 40_000)
    }),
  )
})
