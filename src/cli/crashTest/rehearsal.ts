/** The plan that is put to the test: whom it asks, in which order, and within which limits. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AIConfigurationError } from "@/services/ai/core"
import { vendorKeys } from "@/services/ai/core/models"
import { AiPlan, type AiPlanStep } from "@/services/ai/orchestration"
import { planNamed } from "@/services/ai/orchestration/namedPlans"
import { isSameTarget, surveyOf, type SurveyedStep } from "@/services/ai/orchestration/planReport/survey"
import { ProviderRegistryLive } from "@/services/ai/providers"
import { ConfigurationService } from "@/services/configuration"
import type { FaultUpstream } from "@/simulator/FaultUpstream"
import { hastenedPlan } from "./hasten"
import { rehearsalConfiguration, routeOf } from "./rehearsalConfiguration"
import { refuseEverything } from "./rehearsalTransport"

export interface Rehearsal {
  /** With every model and every limit written down. */
  readonly plan: AiPlan
  /** Of the plan, each once, in the order in which they are first asked. */
  readonly targets: Arr.NonEmptyReadonlyArray<SurveyedStep>
  readonly configuration: Layer.Layer<ConfigurationService>
  /** The place of a target, by the first segment of its provider's paths and its model. */
  readonly placeOf: (route: string, model: string) => number | undefined
}

export interface Wanted {
  /** Of the configuration; the default plan where absent. */
  readonly plan: string | undefined
  readonly provider: string | undefined
  readonly model: string | undefined
  /** What all waits are multiplied with. */
  readonly scale: number
}

/** Takes plans, endpoints, facts and names of models from the user's configuration, and no key. */
export const rehearse = Effect.fnUntraced(function* (upstream: FaultUpstream, wanted: Wanted) {
  const user = yield* ConfigurationService
  const configuration = yield* rehearsalConfiguration(user, upstream)
  const plan = yield* withoutSimulator(yield* planOf(wanted))
  const survey = yield* surveyOf(plan).pipe(
    Effect.provide(
      ProviderRegistryLive.pipe(Layer.provide(refuseEverything), Layer.provideMerge(configuration)),
    ),
  )
  for (const { standing } of survey.steps) {
    if (standing._tag === "UnknownProvider")
      return yield* new AIConfigurationError({ message: standing.message })
  }
  const targets = Arr.dedupeWith(survey.steps, isSameTarget)
  const endpoints = Object.keys(yield* user.endpoints)
  return {
    plan: hastenedPlan(survey, wanted.scale),
    targets,
    configuration,
    placeOf: (route, model) => {
      const place = targets.findIndex(
        ({ target }) => target.model === model && routeOf(endpoints, target.provider) === route,
      )
      return place < 0 ? undefined : place
    },
  } satisfies Rehearsal
})

const planOf = ({ plan, provider = "openai", model }: Wanted) =>
  plan === undefined
    ? Effect.succeed(
        AiPlan.fromPreferred(
          { key: provider, ...(model === undefined ? {} : { modelName: model }) },
          new Set(vendorKeys),
        ),
      )
    : planNamed(plan)

/** It answers inside this process, so that nothing can happen to it on the way. */
const withoutSimulator = (plan: AiPlan): Effect.Effect<AiPlan, AIConfigurationError> => {
  const [first, ...rest] = plan.steps
  return isSimulator(first)
    ? Effect.fail(
        new AIConfigurationError({
          message: "the simulator cannot be put to the test: nothing can break between it and this process",
        }),
      )
    : Effect.succeed(plan.with({ steps: [first, ...rest.filter((step) => !isSimulator(step))] }))
}

const isSimulator = ({ provider }: AiPlanStep): boolean => provider.trim().toLowerCase() === "simulator"
