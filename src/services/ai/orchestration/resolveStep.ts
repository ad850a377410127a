/** A step of a plan made ready to be asked: its provider, its model's facts, its key, and the request itself. */
import type * as Prompt from "effect/ai/Prompt"
import * as Effect from "effect/Effect"
import type { ConfigurationService } from "../../configuration"
import { AIConfigurationError } from "../core/AIConfigurationError"
import type { GenerationParameters } from "../core/GenerationOptions"
import { factsOf, firstPartLimit, type ModelFacts } from "../core/models"
import type { Availability, Provider, ProviderRegistry } from "../core/ProviderRegistry"
import type { AiPlanStep } from "./AiPlan"
import { continued } from "./continuation"
import type { LearnedFacts } from "./learnedFacts"
import type { ResolvedStep } from "./ResolvedStep"

export interface ResolveContext {
  readonly registry: ProviderRegistry["Service"]
  readonly configuration: ConfigurationService["Service"]
  readonly learned: LearnedFacts
  readonly prompt: Prompt.Prompt
  readonly options: GenerationParameters
}

/** Skipped with its reason where it cannot be asked now. */
export const resolveStep =
  (context: ResolveContext) =>
  (step: AiPlanStep): Effect.Effect<ResolvedStep> =>
    usableStep(context, step).pipe(
      Effect.catch(({ message, keyName }) =>
        Effect.succeed<ResolvedStep>({
          _tag: "Skipped",
          reason: { message, ...(keyName === undefined ? {} : { keyName }) },
        }),
      ),
    )

const usableStep = Effect.fnUntraced(function* (context: ResolveContext, step: AiPlanStep) {
  const { registry, configuration, learned, prompt, options } = context
  const provider = yield* registry.get(step.provider)
  const availability = yield* provider.availability
  if (availability._tag === "MissingKey") return skippedFor(provider, availability)
  const target = { provider: provider.key, model: step.model ?? provider.defaultModel }
  const overrides = yield* Effect.mapError(
    configuration.models,
    (cause) => new AIConfigurationError({ message: cause.message, cause }),
  )
  const facts = yield* learned.apply(target, factsOf(target.provider, target.model, overrides))
  const keyId = provider.keyId === undefined ? undefined : yield* provider.keyId
  return {
    _tag: "Usable" as const,
    target,
    facts,
    ...(keyId === undefined ? {} : { keyId }),
    ...(provider.secretKeyName === undefined ? {} : { keyName: provider.secretKeyName }),
    firstPart: step.firstPart ?? firstPartLimit(target.provider, target.model, overrides),
    ask: (continuation) =>
      provider.languageModel.streamText({
        ...accepted(options, facts),
        prompt: continuation === undefined ? prompt : continued(prompt, continuation),
        model: target.model,
      }),
  } satisfies ResolvedStep
})

/** A model that refuses sampling parameters is not sent any. */
const accepted = (options: GenerationParameters, { takesSampling }: ModelFacts): GenerationParameters => {
  if (takesSampling) return options
  const { temperature: _temperature, topP: _topP, ...rest } = options
  return rest
}

const skippedFor = (
  { label }: Provider,
  { keyName }: Extract<Availability, { readonly _tag: "MissingKey" }>,
): ResolvedStep => ({ _tag: "Skipped", reason: { message: `${label} has no key: set ${keyName}`, keyName } })
