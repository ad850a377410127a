/** What is remembered of targets' refusals, and for how long. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { factsOf } from "@/services/ai/core/models"
import { makeLearnedFacts } from "@/services/ai/orchestration/learnedFacts"

const target = { provider: "openai", model: "brand-new-1" }
const facts = factsOf(target.provider, target.model)

describe("what a refusal taught", () => {
  it.effect("is known for an hour, and added to what another one teaches", () =>
    Effect.gen(function* () {
      const { learn, apply } = makeLearnedFacts()
      yield* learn(target, "images")
      yield* TestClock.adjust("59 minutes")
      yield* learn(target, "sampling")
      const { images, takesSampling } = yield* apply(target, facts)
      assert.deepStrictEqual([images, takesSampling], [false, false])
    }),
  )

  it.effect("does not come back with the next lesson once it is forgotten", () =>
    Effect.gen(function* () {
      const { learn, apply } = makeLearnedFacts()
      yield* learn(target, "images")
      yield* TestClock.adjust("61 minutes")
      yield* learn(target, "sampling")
      const { images, takesSampling } = yield* apply(target, facts)
      assert.deepStrictEqual([images, takesSampling], [true, false])
    }),
  )
})
