/** Surveys of plans for the tests of the reports. */
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { Values } from "@/services/configuration"
import { AiPlan, AiPlanStep } from "@/services/ai/orchestration/AiPlan"
import { surveyOf, type Survey } from "@/services/ai/orchestration/planReport/survey"
import { allConfigured, makeWorld } from "@/tests/support/world"

export type StepFields = Parameters<typeof AiPlanStep.make>[0]
type PlanFields = Partial<Omit<Parameters<typeof AiPlan.make>[0], "name" | "steps">>

export const planOf = (steps: Arr.NonEmptyReadonlyArray<StepFields>, more: PlanFields = {}): AiPlan => {
  const [first, ...rest] = steps
  return AiPlan.make({
    name: "tested",
    steps: [AiPlanStep.make(first), ...rest.map((step) => AiPlanStep.make(step))],
    ...more,
  })
}

/** With every key set, unless other values are given. */
export const surveyed = (plan: AiPlan, values: Values = allConfigured): Effect.Effect<Survey> =>
  surveyOf(plan).pipe(Effect.provide(makeWorld({}, values).layer), Effect.orDie)

/** `gpt-4.1`: first part within 10 s; `gpt-5.4` and the others: within a minute. */
export const openai: StepFields = { provider: "openai", model: "gpt-4.1" }
export const anthropic: StepFields = { provider: "anthropic", model: "claude-haiku-5-5" }
export const ollama: StepFields = { provider: "ollama", model: "gemma3:1b" }
