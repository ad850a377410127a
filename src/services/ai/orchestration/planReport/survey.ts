/** A plan beside what is known of its targets now: whether each can be asked, and what its model takes and costs. */
import * as Arr from "effect/Array"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { ConfigurationService } from "../../../configuration"
import { AIConfigurationError } from "../../core/AIConfigurationError"
import type { ModelFacts } from "../../core/ModelFacts"
import { factsOf, firstPartLimit, type ModelOverrides } from "../../core/models"
import { ProviderRegistry, type Availability, type Provider } from "../../core/ProviderRegistry"
import type { AiPlan, AiPlanStep } from "../AiPlan"
import { nameOf, type Target } from "../PlanEvent"

/** Whether a run would ask the target now. */
export type Standing =
  | { readonly _tag: "Ready" }
  /** A local server that did not answer: asked all the same. */
  | { readonly _tag: "Silent"; readonly hint: string }
  | { readonly _tag: "MissingKey"; readonly keyName: string }
  | { readonly _tag: "UnknownProvider"; readonly message: string }

export interface SurveyedStep {
  /** In the plan, from 1, as people count. */
  readonly number: number
  readonly step: AiPlanStep
  /** With the model that would be asked. */
  readonly target: Target
  readonly facts: ModelFacts
  /** How long its first part may take: the step's own limit, else the model's. */
  readonly firstPart: Duration.Duration
  readonly standing: Standing
}

export interface Survey {
  readonly plan: AiPlan
  readonly steps: Arr.NonEmptyReadonlyArray<SurveyedStep>
}

export const surveyOf = Effect.fnUntraced(function* (
  plan: AiPlan,
): Effect.fn.Return<Survey, AIConfigurationError, ConfigurationService | ProviderRegistry> {
  const configuration = yield* ConfigurationService
  const overrides = yield* Effect.mapError(
    configuration.models,
    (cause) => new AIConfigurationError({ message: cause.message, cause }),
  )
  const [first, ...rest] = plan.steps
  const steps = yield* Effect.forEach(rest, (step, index) =>
    surveyStep({ step, index: index + 1, overrides }),
  )
  return { plan, steps: [yield* surveyStep({ step: first, index: 0, overrides }), ...steps] }
})

interface Place {
  readonly step: AiPlanStep
  readonly index: number
  readonly overrides: ModelOverrides
}

const surveyStep = Effect.fnUntraced(function* ({ step, index, overrides }: Place) {
  const registry = yield* ProviderRegistry
  const found = yield* registry.get(step.provider).pipe(
    Effect.flatMap((provider) => whatIsKnownOf(provider, index === 0)),
    Effect.catch(({ message }) =>
      Effect.succeed({
        key: step.provider,
        model: "unknown",
        standing: { _tag: "UnknownProvider" as const, message },
      }),
    ),
  )
  const target = { provider: found.key, model: step.model ?? found.model }
  return {
    number: index + 1,
    step,
    target,
    facts: factsOf(target.provider, target.model, overrides),
    firstPart: step.firstPart ?? firstPartLimit(target.provider, target.model, overrides),
    standing: found.standing,
  } satisfies SurveyedStep
})

const whatIsKnownOf = Effect.fnUntraced(function* (provider: Provider, isPreferred: boolean) {
  const availability = yield* provider.availability
  return {
    key: provider.key,
    model:
      (yield* provider.configuredModel) ?? (isPreferred ? provider.defaultModel : provider.fallbackModel),
    standing: standingOf(availability),
  }
})

const standingOf = (availability: Availability): Standing => {
  switch (availability._tag) {
    case "Ready":
      return { _tag: "Ready" }
    case "MissingKey":
      return { _tag: "MissingKey", keyName: availability.keyName }
    case "NotFound":
      return { _tag: "Silent", hint: availability.hint }
  }
}

/** The steps that a run would ask now. */
export const askedNow = ({ steps }: Survey): ReadonlyArray<SurveyedStep> => steps.filter(isAsked)

export const isAsked = ({ standing }: SurveyedStep): boolean =>
  standing._tag === "Ready" || standing._tag === "Silent"

/** The steps that figures are drawn from: those that would be asked now, or, where that is none, all whose provider exists. */
export const countedSteps = (survey: Survey): ReadonlyArray<SurveyedStep> => {
  const asked = askedNow(survey)
  return Arr.isReadonlyArrayNonEmpty(asked)
    ? asked
    : survey.steps.filter(({ standing }) => standing._tag !== "UnknownProvider")
}

export const isSameTarget = (left: SurveyedStep, right: SurveyedStep): boolean =>
  nameOf(left.target) === nameOf(right.target)
