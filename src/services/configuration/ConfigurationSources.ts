/** The places that configuration is read from, in their order. A platform brings its own: files, an environment. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import type { ModelOverrides } from "../ai/core/ModelFacts"
import type { AiPlan } from "../ai/orchestration/AiPlan"
import type { CompatibleEndpoint, ConfigError, Origin } from "./ConfigurationService"

export type Values = Readonly<Record<string, string | undefined>>

export interface ConfigurationSource {
  readonly origin: Origin
  /** Read anew at every call. */
  readonly values: Effect.Effect<Values, ConfigError>
}

/** The one place that can be written: what the settings page set. */
export interface SettingsStore {
  readonly values: Effect.Effect<Values, ConfigError>
  readonly update: (change: (values: Values) => Values) => Effect.Effect<void, ConfigError>
}

export interface Sources {
  readonly settings: SettingsStore
  readonly others: ReadonlyArray<ConfigurationSource>
  readonly endpoints: Effect.Effect<Readonly<Record<string, CompatibleEndpoint>>, ConfigError>
  readonly models: Effect.Effect<ModelOverrides, ConfigError>
  readonly plans: Effect.Effect<Readonly<Record<string, AiPlan>>, ConfigError>
}

/** Settings in memory over the environment of the process, where there is one: what works on every platform. */
export const portableSources: Effect.Effect<Sources> = Effect.gen(function* () {
  return {
    settings: yield* memorySettings,
    others: [environmentSource],
    endpoints: Effect.succeed({}),
    models: Effect.succeed({}),
    plans: Effect.succeed({}),
  }
})

export class ConfigurationSources extends Context.Service<ConfigurationSources, Sources>()(
  "ConfigurationSources",
) {}

export const memorySettings: Effect.Effect<SettingsStore> = Effect.map(Ref.make<Values>({}), (ref) => ({
  values: Ref.get(ref),
  update: (change) => Ref.update(ref, change),
}))

/** Where there is no such global, as in a browser, the environment is empty. */
declare const process: { readonly env: Values } | undefined

export const environmentSource: ConfigurationSource = {
  origin: "environment",
  values: Effect.sync(() => (typeof process === "undefined" ? {} : process.env)),
}
