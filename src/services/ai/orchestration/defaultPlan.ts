/** The plan that is run when nobody names one. */
import * as Effect from "effect/Effect"
import type { AIConfigurationError } from "../core/AIConfigurationError"
import { firstReady, ProviderRegistry } from "../core/ProviderRegistry"
import { AiPlan, type PreferredProviderConfig } from "./AiPlan"

/** @param preferred the first provider that is ready, when absent */
export const defaultPlan = Effect.fnUntraced(function* (
  preferred?: PreferredProviderConfig,
): Effect.fn.Return<AiPlan, AIConfigurationError, ProviderRegistry> {
  const { all } = yield* ProviderRegistry
  const ready = yield* Effect.filter(yield* all, ({ availability }) =>
    Effect.map(availability, ({ _tag }) => _tag === "Ready"),
  )
  return AiPlan.fromPreferred(
    preferred ?? { key: (yield* firstReady).key },
    new Set(ready.map(({ key }) => key)),
  )
})
