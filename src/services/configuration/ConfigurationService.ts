/** Where settings and secrets are read, anew at every call, and where the settings page writes them. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Redacted from "effect/Redacted"
import type { ModelOverrides } from "../ai/core/ModelFacts"
import type { AiPlan } from "../ai/orchestration/AiPlan"

/** A value that is missing where one is needed, or that is not allowed. */
export class ConfigError extends Schema.TaggedError<ConfigError>()("ConfigError", {
  /** Where it is, what was found (never of a secret) and what is allowed. */
  message: Schema.String,
  keyName: Schema.optionalKey(Schema.String),
  cause: Schema.optionalKey(Schema.Defect()),
}) {}

export class SecretNotFoundError extends Schema.TaggedError<SecretNotFoundError>()("SecretNotFoundError", {
  message: Schema.String,
  keyName: Schema.String,
}) {}

/** Where a value comes from, first match first. */
export const Origin = Schema.Literals([
  "settings",
  "environment",
  ".env",
  "commander.config.jsonc",
  "default",
])
export type Origin = typeof Origin.Type

export class ConfigurationService extends Context.Service<
  ConfigurationService,
  {
    /** Fails when the key has no value; an empty value counts as none. Refuses secrets. */
    readonly get: (keyName: string) => Effect.Effect<string, ConfigError>
    readonly getSecret: (
      keyName: string,
    ) => Effect.Effect<Redacted.Redacted<string>, SecretNotFoundError | ConfigError>
    /** Writes to the settings of the data folder, which come before every other source. */
    readonly set: (
      keyName: string,
      value: string | Redacted.Redacted<string>,
    ) => Effect.Effect<void, ConfigError>
    /** Removes the value from the settings; other sources show through again. */
    readonly delete: (keyName: string) => Effect.Effect<void, ConfigError>
    /** Where the value of a key comes from, without telling it. */
    readonly originOf: (keyName: string) => Effect.Effect<Origin | undefined, ConfigError>
    /** Endpoints that the configuration file adds by name. */
    readonly endpoints: Effect.Effect<Readonly<Record<string, CompatibleEndpoint>>, ConfigError>
    /** What the configuration file says of models: their limits, abilities and prices. */
    readonly models: Effect.Effect<ModelOverrides, ConfigError>
    /** Plans of the configuration file, by their names. */
    readonly plans: Effect.Effect<Readonly<Record<string, AiPlan>>, ConfigError>
  }
>()("ConfigurationService") {}

/** An OpenAI-compatible endpoint of the configuration file. */
export const CompatibleEndpoint = Schema.Struct({
  kind: Schema.Literal("openai-compatible"),
  /** Includes the version, e.g. `https://api.groq.com/openai/v1`. */
  baseUrl: Schema.String.check(
    Schema.isPattern(/^https?:\/\/\S+$/, { expected: "a URL that begins with http:// or https://" }),
  ),
  label: Schema.optionalKey(Schema.String),
  /** The name of the variable that holds the key; an endpoint without one is asked without a key. */
  apiKeyEnv: Schema.optionalKey(Schema.NonEmptyString),
  /** The first is the default. */
  models: Schema.NonEmptyArray(Schema.NonEmptyString),
  /** For endpoints whose streams end with a bare `[DONE]` and no finish reason. */
  neverSendsFinishReason: Schema.optionalKey(Schema.Boolean),
})
export type CompatibleEndpoint = typeof CompatibleEndpoint.Type

/** A setting that may be absent. */
export const getOptional = (
  configuration: ConfigurationService["Service"],
  keyName: string,
): Effect.Effect<string | undefined, ConfigError> =>
  Effect.flatMap(configuration.originOf(keyName), (origin) =>
    origin === undefined ? Effect.succeed(undefined) : configuration.get(keyName),
  )
