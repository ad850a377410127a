/** Which models can be named here, and which of them a name means. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { AIConfigurationError, Provider } from "@/services/ai/core"
import { nameOf, type Target } from "@/services/ai/orchestration/PlanEvent"
import { badRequest, type DialectError } from "./DialectError"

export interface Offer {
  /** The provider's key. */
  readonly provider: string
  /** The model that it is asked for when none is named comes first. */
  readonly models: ReadonlyArray<string>
  readonly isReady: boolean
}

export const offerOf = (provider: Provider): Effect.Effect<Offer, AIConfigurationError> =>
  Effect.gen(function* () {
    const first = (yield* provider.configuredModel) ?? provider.defaultModel
    return {
      provider: provider.key,
      models: [...new Set([first, ...provider.models])],
      isReady: (yield* provider.availability)._tag === "Ready",
    }
  })

/** `openai/gpt-5.4` where `openai` is a provider, in any case. The rest is the model's name, which may hold slashes. */
export const targetNamed = (name: string, providers: ReadonlyArray<string>): Target | undefined => {
  const slash = name.indexOf("/")
  const key = name.slice(0, Math.max(0, slash)).trim().toLowerCase()
  const model = name.slice(slash + 1)
  return model !== "" && providers.includes(key) ? { provider: key, model } : undefined
}

/** A model without its provider means the only one that offers it, or the only one of these that is ready. */
export const targetOffered = (
  name: string,
  offers: ReadonlyArray<Offer>,
): Result.Result<Target, DialectError> => {
  const offering = offers.filter(({ models }) => models.includes(name))
  const ready = offering.filter(({ isReady }) => isReady)
  const [only, ...others] = offering.length > 1 ? ready : offering
  if (only !== undefined && others.length === 0) {
    return Result.succeed({ provider: only.provider, model: name })
  }
  return Result.fail(offering.length === 0 ? notFound(name, offers) : ambiguous(name, offering))
}

const notFound = (name: string, offers: ReadonlyArray<Offer>): DialectError =>
  badRequest(
    `there is no model "${name.slice(0, 200)}"; write provider/model, where provider is one of ` +
      `${offers.map(({ provider }) => provider).join(", ")}; GET /v1/models lists what they offer`,
    { status: 404, code: "model_not_found", param: "model" },
  )

const ambiguous = (name: string, offering: ReadonlyArray<Offer>): DialectError =>
  badRequest(
    `several providers offer "${name}"; write ` +
      offering.map(({ provider }) => nameOf({ provider, model: name })).join(" or "),
    { code: "ambiguous_model", param: "model" },
  )
