/** What is known of a plan's targets, from the configuration and the tables, without asking any of them. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { askedNow, countedSteps, surveyOf } from "@/services/ai/orchestration/planReport/survey"
import { allConfigured, makeWorld } from "@/tests/support/world"
import { anthropic, ollama, openai, planOf, surveyed } from "./surveys"

describe("surveyOf", () => {
  it.effect("fills the models in as a run does: configured, else the default of its place", () =>
    Effect.gen(function* () {
      const plan = planOf([{ provider: "OpenAI" }, { provider: "anthropic" }, { provider: "ollama" }])
      const { steps } = yield* surveyed(plan, { ...allConfigured, OLLAMA_MODEL_NAME: "llama3.2:3b" })
      assert.deepStrictEqual(
        steps.map(({ number, target }) => [number, `${target.provider}/${target.model}`]),
        [
          [1, "openai/gpt-5.4"],
          [2, "anthropic/claude-haiku-5-5"],
          [3, "ollama/llama3.2:3b"],
        ],
      )
    }),
  )

  it.effect("tells who cannot be asked now, and why", () =>
    Effect.gen(function* () {
      const plan = planOf([openai, anthropic, ollama, { provider: "groq" }])
      const survey = yield* surveyed(plan, { ANTHROPIC_API_KEY: "sk-ant-0123456789abcdef" })
      assert.deepStrictEqual(
        survey.steps.map(({ standing }) => standing._tag),
        ["MissingKey", "Ready", "Silent", "UnknownProvider"],
      )
      assert.deepStrictEqual(
        askedNow(survey).map(({ number }) => number),
        [2, 3],
      )
    }),
  )

  it.effect("counts all steps where none can be asked, but for providers that nobody has", () =>
    Effect.gen(function* () {
      const survey = yield* surveyed(planOf([openai, { provider: "groq" }, anthropic]), {})
      assert.deepStrictEqual(askedNow(survey), [])
      assert.deepStrictEqual(
        countedSteps(survey).map(({ number }) => number),
        [1, 3],
      )
    }),
  )

  it.effect("takes the step's limit before the model's", () =>
    Effect.gen(function* () {
      const { steps } = yield* surveyed(planOf([{ ...openai, firstPart: Duration.seconds(3) }]))
      assert.deepStrictEqual(steps[0].firstPart, Duration.seconds(3))
    }),
  )

  it.effect("asks no target", () =>
    Effect.gen(function* () {
      const world = makeWorld({})
      yield* Effect.provide(surveyOf(planOf([openai, anthropic, ollama])), world.layer)
      assert.deepStrictEqual(world.calls, [])
    }),
  )
})
