/** A plan as data: what is left out of it has the documented defaults, however it is made. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AiPlan, AiPlanStep, defaults } from "@/services/ai/orchestration/AiPlan"

const decode = Schema.decodeUnknownEffect(AiPlan)

describe("a plan that is read", () => {
  it.effect("has the defaults of one that is made", () =>
    Effect.gen(function* () {
      const read = yield* decode({ name: "short", steps: [{ provider: "openai" }] })
      assert.deepStrictEqual(
        read,
        AiPlan.make({ name: "short", steps: [AiPlanStep.make({ provider: "openai" })] }),
      )
      assert.deepStrictEqual(read.steps[0].backoff, defaults.backoff)
      assert.strictEqual(read.maxAttempts, defaults.maxAttempts)
    }),
  )

  it.effect("may say half of a backoff", () =>
    Effect.gen(function* () {
      const { steps } = yield* decode({
        name: "half",
        steps: [{ provider: "openai", backoff: { max: "1 second" } }],
      })
      assert.deepStrictEqual(steps[0].backoff, { base: defaults.backoff.base, max: Duration.seconds(1) })
    }),
  )

  it.effect("comes back as it was when it is written and read", () =>
    Effect.gen(function* () {
      const plan = AiPlan.make({
        name: "whole",
        steps: [
          AiPlanStep.make({ provider: "openai", attempts: 3, hedge: { after: Duration.seconds(2) } }),
          AiPlanStep.make({ provider: "anthropic", model: "m", onRefusal: "next" }),
        ],
        onPartial: "restart",
        maxDuration: Duration.minutes(5),
      })
      const written = yield* Schema.encodeEffect(AiPlan)(plan)
      assert.deepStrictEqual(yield* decode(JSON.parse(JSON.stringify(written))), plan)
    }),
  )

  it.effect.each(["Infinity", "-1 second", "25 hours"])("refuses a wait of %s", (wait) =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(
        decode({ name: "endless", steps: [{ provider: "openai" }], deadline: wait }),
      )
      assert.include(message, "at most 24 hours")
    }),
  )
})
