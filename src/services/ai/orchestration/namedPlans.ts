/** The plans that the configuration names. */
import * as Effect from "effect/Effect"
import { ConfigurationService } from "../../configuration"
import { AIConfigurationError } from "../core/AIConfigurationError"
import type { AiPlan } from "./AiPlan"

/** In the order of the configuration; read anew at every call. */
export const namedPlans: Effect.Effect<
  ReadonlyArray<AiPlan>,
  AIConfigurationError,
  ConfigurationService
> = Effect.gen(function* () {
  const { plans } = yield* ConfigurationService
  return Object.values(
    yield* Effect.mapError(plans, (cause) => new AIConfigurationError({ message: cause.message, cause })),
  )
})

/** Upper and lower case are the same, as in the keys of providers. An unknown name fails with an error that tells the known ones. */
export const planNamed = Effect.fnUntraced(function* (
  name: string,
): Effect.fn.Return<AiPlan, AIConfigurationError, ConfigurationService> {
  const plans = yield* namedPlans
  const plan = plans.find((candidate) => isSame(candidate.name, name))
  if (plan !== undefined) return plan
  const known = plans.map((candidate) => candidate.name)
  const others =
    known.length === 0 ? "commander.config.jsonc names none under plans" : `there are ${known.join(", ")}`
  return yield* new AIConfigurationError({ message: `there is no plan "${name}"; ${others}` })
})

const isSame = (left: string, right: string): boolean =>
  left.trim().toLowerCase() === right.trim().toLowerCase()
