/** Looks a key up in the settings, then in the other sources, in their order. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { ConfigError, ConfigurationService, SecretNotFoundError, type Origin } from "./ConfigurationService"
import { ConfigurationSources, portableSources, type Sources } from "./ConfigurationSources"

/** Names that hold a secret whatever their value is. An endpoint's key may have any name and is read as a secret. */
export const isSecretName = (keyName: string): boolean =>
  /(_|^)(API_?KEY|TOKEN|SECRET|PASSWORD)$/i.test(keyName)

const make = (sources: Sources): ConfigurationService["Service"] => {
  const find = Effect.fnUntraced(function* (keyName: string) {
    const sourcesInOrder = [
      { origin: "settings" as const, values: sources.settings.values },
      ...sources.others,
    ]
    for (const { origin, values } of sourcesInOrder) {
      const value = (yield* values)[keyName]?.trim()
      if (value !== undefined && value !== "") return { origin, value }
    }
    return undefined
  })

  return ConfigurationService.of({
    get: Effect.fnUntraced(function* (keyName) {
      if (isSecretName(keyName)) {
        return yield* new ConfigError({
          keyName,
          message: `${keyName} is a secret and cannot be read as a setting`,
        })
      }
      const found = yield* find(keyName)
      if (found === undefined) return yield* new ConfigError({ keyName, message: `${keyName} is not set` })
      return found.value
    }),
    getSecret: Effect.fnUntraced(function* (keyName) {
      const found = yield* find(keyName)
      if (found === undefined)
        return yield* new SecretNotFoundError({ keyName, message: `${keyName} is not set` })
      return Redacted.make(found.value, { label: keyName })
    }),
    set: (keyName, value) =>
      sources.settings.update((values) => ({
        ...values,
        [keyName]: Redacted.isRedacted(value) ? Redacted.value(value) : value,
      })),
    delete: (keyName) =>
      sources.settings.update((values) =>
        Object.fromEntries(Object.entries(values).filter(([name]) => name !== keyName)),
      ),
    originOf: (keyName) => Effect.map(find(keyName), (found): Origin | undefined => found?.origin),
    endpoints: sources.endpoints,
    models: sources.models,
    plans: sources.plans,
  })
}

/** From the sources that a platform provides. */
export const layer: Layer.Layer<ConfigurationService, never, ConfigurationSources> = Layer.effect(
  ConfigurationService,
  Effect.map(ConfigurationSources, make),
)

/** From the environment of the process, with settings in memory; needs nothing and runs everywhere. */
export const ConfigurationServiceLive: Layer.Layer<ConfigurationService> = Layer.effect(
  ConfigurationService,
  Effect.map(portableSources, make),
)
