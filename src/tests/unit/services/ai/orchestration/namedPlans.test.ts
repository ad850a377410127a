/** Plans that the configuration names, and the one that is run when nobody names one. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { AiPlan, AiPlanStep } from "@/services/ai/orchestration/AiPlan"
import { defaultPlan } from "@/services/ai/orchestration/defaultPlan"
import { namedPlans, planNamed } from "@/services/ai/orchestration/namedPlans"
import { configurationOf } from "@/tests/support/configuration"
import { allConfigured, makeWorld } from "@/tests/support/world"

const planOf = (name: string) => AiPlan.make({ name, steps: [AiPlanStep.make({ provider: "openai" })] })
const configured = (...names: ReadonlyArray<string>) =>
  configurationOf({}, {}, {}, Object.fromEntries(names.map((name) => [name, planOf(name)])))

describe("planNamed", () => {
  it.effect("finds a plan in any case", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* planNamed(" CAREFUL "), planOf("careful"))
    }).pipe(Effect.provide(configured("quick", "careful"))),
  )

  it.effect("tells the known names for one that is not", () =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(planNamed("carful"))
      assert.strictEqual(message, 'there is no plan "carful"; there are quick, careful')
    }).pipe(Effect.provide(configured("quick", "careful"))),
  )

  it.effect("says so when there is none at all", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* namedPlans, [])
      const { message } = yield* Effect.flip(planNamed("careful"))
      assert.match(message, /^there is no plan "careful"; commander\.config\.jsonc names none/)
    }).pipe(Effect.provide(configured())),
  )
})

describe("defaultPlan", () => {
  const providersOf = ({ steps }: AiPlan) => steps.map(({ provider }) => provider)

  it.effect("prefers the first provider that is ready", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(providersOf(yield* defaultPlan()), ["anthropic", "openai", "ollama"])
    }).pipe(Effect.provide(makeWorld({}, { ...allConfigured, OPENAI_API_KEY: undefined }).layer)),
  )

  it.effect("is the one of a preferred provider", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(providersOf(yield* defaultPlan({ key: "openai" })), ["openai", "anthropic"])
    }).pipe(Effect.provide(makeWorld({}, {}).layer)),
  )
})
