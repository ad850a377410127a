/** A configuration that leads every provider of the user's nowhere but to the fault upstream, with a key that opens nothing. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Record from "effect/Record"
import { vendorKeys } from "@/services/ai/core/models"
import { modelNameOf } from "@/services/ai/providers/openai/compatibleProvider"
import {
  ConfigurationSources,
  getOptional,
  layer as configurationLayer,
  memorySettings,
  type CompatibleEndpoint,
  type ConfigError,
  type ConfigurationService,
  type Values,
} from "@/services/configuration"
import type { FaultUpstream } from "@/simulator/FaultUpstream"

/** Stands where a key is wanted. */
export const rehearsalKey = "crash-test-key-that-opens-nothing"

/** Where a provider's requests go: the first segment of their paths. */
export const routeOf = (endpoints: ReadonlyArray<string>, provider: string): string => {
  const place = endpoints.findIndex((name) => name.toLowerCase() === provider)
  return place < 0 ? provider : `endpoint-${place + 1}`
}

export const rehearsalConfiguration = Effect.fnUntraced(function* (
  user: ConfigurationService["Service"],
  upstream: FaultUpstream,
) {
  const endpoints = yield* user.endpoints
  const names = Object.keys(endpoints)
  const models = yield* user.models
  const values: Values = {
    ...keysOf(endpoints),
    ...upstream.environment,
    ...vendorKeyNames,
    ...(yield* modelNames(user, names)),
  }
  const sources = Layer.effect(
    ConfigurationSources,
    Effect.map(memorySettings, (settings) => ({
      settings,
      others: [{ origin: "default" as const, values: Effect.succeed(values) }],
      endpoints: Effect.succeed(
        Record.map(endpoints, (endpoint, name) => ({
          ...endpoint,
          baseUrl: upstream.urlOf(routeOf(names, name.toLowerCase())),
        })),
      ),
      models: Effect.succeed(models),
      plans: Effect.succeed({}),
    })),
  )
  // A layer is built once: without `fresh` this would be the user's configuration, which the command was built over.
  return Layer.fresh(Layer.provide(configurationLayer, sources))
})

/** Endpoints name their keys as they like; what they name holds no key of the user's here. */
const keysOf = (endpoints: Readonly<Record<string, CompatibleEndpoint>>): Values =>
  Object.fromEntries(
    Object.values(endpoints).flatMap(({ apiKeyEnv }) =>
      apiKeyEnv === undefined ? [] : [[apiKeyEnv, rehearsalKey]],
    ),
  )

const vendorKeyNames: Values = { OPENAI_API_KEY: rehearsalKey, ANTHROPIC_API_KEY: rehearsalKey }

/** The models that the user's configuration chooses for providers whose step names none. */
const modelNames = (
  user: ConfigurationService["Service"],
  endpoints: ReadonlyArray<string>,
): Effect.Effect<Values, ConfigError> =>
  Effect.map(
    Effect.forEach([...vendorKeys, ...endpoints].map(modelNameOf), (name) =>
      Effect.map(getOptional(user, name), (value): Values => ({ [name]: value })),
    ),
    (values) => values.reduce((all, one) => ({ ...all, ...one }), {}),
  )
