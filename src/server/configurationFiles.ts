/** Configuration of a process with files: settings in the data folder, the environment, `.env`, the configuration file. */
import { chmod, mkdir, rename, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { parseEnv } from "node:util"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import {
  ConfigError,
  ConfigurationSources,
  environmentSource,
  type SettingsStore,
  type Sources,
  type Values,
} from "@/services/configuration"
import { plansOf, readConfigurationFile } from "./configurationFile"
import { readParsed, wordsOf } from "./files"

export interface Places {
  readonly dataFolder: string
  /** Where `.env` and `commander.config.jsonc` are looked for. */
  readonly workingFolder: string
}

export const layerSources = (places: Places): Layer.Layer<ConfigurationSources> =>
  Layer.effect(
    ConfigurationSources,
    Effect.map(fileSettings(join(places.dataFolder, "settings.json")), (settings): Sources => {
      const file = readConfigurationFile(join(places.workingFolder, "commander.config.jsonc"))
      return {
        settings,
        others: [
          environmentSource,
          { origin: ".env", values: dotEnv(join(places.workingFolder, ".env")) },
          { origin: "commander.config.jsonc", values: Effect.map(file, ({ values }) => values ?? {}) },
        ],
        endpoints: Effect.map(file, ({ providers }) => providers ?? {}),
        models: Effect.map(file, ({ models }) => models ?? {}),
        plans: Effect.map(file, plansOf),
      }
    }),
  )

/** Reads everything once, so that a server never starts half-configured. */
export const checkSources = Effect.gen(function* () {
  const { settings, others, endpoints, models, plans } = yield* ConfigurationSources
  yield* settings.values
  yield* Effect.forEach(others, ({ values }) => values)
  yield* endpoints
  yield* models
  yield* plans
})

const dotEnv = (path: string): Effect.Effect<Values, ConfigError> =>
  readParsed(path, (text) =>
    text === undefined
      ? Effect.succeed<Values>({})
      : Effect.try({
          try: () => parseEnv(text),
          catch: (cause) =>
            new ConfigError({ message: `${path} is not a .env file: ${wordsOf(cause)}`, cause }),
        }),
  )

const Settings = Schema.fromJsonString(Schema.Record(Schema.String, Schema.String))

/** Mode 0600, replaced in one step: a crash leaves the old file or the new one. */
const fileSettings = (path: string): Effect.Effect<SettingsStore> =>
  Effect.map(Semaphore.make(1), (semaphore) => {
    const values = readParsed(path, (text) =>
      text === undefined
        ? Effect.succeed<Values>({})
        : Schema.decodeEffect(Settings)(text).pipe(
            Effect.mapError(
              (cause) =>
                new ConfigError({ message: `${path} is not what Commander wrote; mend or remove it`, cause }),
            ),
          ),
    )
    const write = (next: Values): Effect.Effect<void, ConfigError> =>
      Effect.tryPromise({
        try: async () => {
          await mkdir(dirname(path), { recursive: true, mode: 0o700 })
          await writeFile(`${path}.new`, `${JSON.stringify(next, undefined, 2)}\n`, { mode: 0o600 })
          await chmod(`${path}.new`, 0o600)
          await rename(`${path}.new`, path)
        },
        catch: (cause) => new ConfigError({ message: `${path} cannot be written: ${wordsOf(cause)}`, cause }),
      })
    return {
      values,
      update: (change) => semaphore.withPermits(1)(Effect.flatMap(values, (old) => write(change(old)))),
    }
  })
