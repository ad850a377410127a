/** Plans of every shape, beside what is known of their targets, without a provider. */
import * as Arr from "effect/Array"
import { factsOf, firstPartLimit } from "@/services/ai/core/models"
import { AiPlan, AiPlanStep } from "@/services/ai/orchestration"
import type { Survey, SurveyedStep } from "@/services/ai/orchestration/planReport/survey"
import type { Shape } from "@/cli/crashTest/roles"

type Given = Partial<AiPlanStep> & { readonly provider: string; readonly model: string }

export const openai: Given = { provider: "openai", model: "gpt-5.4", attempts: 3 }
export const anthropic: Given = { provider: "anthropic", model: "claude-haiku-5-5" }
export const ollama: Given = { provider: "ollama", model: "gemma3:1b" }

export const surveyOf = (
  steps: Arr.NonEmptyReadonlyArray<Given>,
  changes: Partial<ConstructorParameters<typeof AiPlan>[0]> = {},
): Survey => {
  const made = Arr.map(steps, (step) => AiPlanStep.make(step))
  const plan = AiPlan.make({ name: "tested", steps: made, ...changes })
  return { plan, steps: Arr.map(steps, (step, index) => surveyed(step, index)) }
}

export const shapeOf = (...parameters: Parameters<typeof surveyOf>): Shape => {
  const { plan, steps } = surveyOf(...parameters)
  return { plan, targets: steps }
}

const surveyed = (step: Given, index: number): SurveyedStep => {
  const { provider, model } = step
  return {
    number: index + 1,
    step: AiPlanStep.make(step),
    target: { provider, model },
    facts: factsOf(provider, model),
    firstPart: step.firstPart ?? firstPartLimit(provider, model),
    standing: { _tag: "Ready" },
  }
}
