/** Reads a provider's settings, with the orchestrator's error for what is missing or wrong. */
import * as Effect from "effect/Effect"
import * as Hash from "effect/Hash"
import * as Redacted from "effect/Redacted"
import { getOptional, type ConfigError, type ConfigurationService } from "../../configuration"
import { AIConfigurationError } from "../core/AIConfigurationError"
import type { Availability } from "../core/ProviderRegistry"

type Configuration = ConfigurationService["Service"]

/** A value that may be absent. */
export const readOptional = (
  configuration: Configuration,
  keyName: string,
): Effect.Effect<string | undefined, AIConfigurationError> =>
  Effect.mapError(getOptional(configuration, keyName), asConfigurationError)

/** The address of a provider's API: the configured one, else the default. */
export const readBaseUrl = (
  configuration: Configuration,
  keyName: string,
  fallback: string,
): Effect.Effect<string, AIConfigurationError> =>
  Effect.flatMap(readOptional(configuration, keyName), (url = fallback) =>
    URL.canParse(url) && /^https?:/.test(url)
      ? Effect.succeed(url)
      : Effect.fail(
          new AIConfigurationError({
            message: `${keyName} is no address that begins with http:// or https://`,
            keyName,
          }),
        ),
  )

/** A key without which the provider cannot be asked. */
export const readSecret = (
  configuration: Configuration,
  provider: string,
  keyName: string,
): Effect.Effect<Redacted.Redacted<string>, AIConfigurationError> =>
  configuration.getSecret(keyName).pipe(
    Effect.mapError((cause) =>
      cause._tag === "ConfigError"
        ? asConfigurationError(cause)
        : new AIConfigurationError({
            message: `${provider} has no key: set ${keyName}`,
            keyName,
            provider,
            cause,
          }),
    ),
    Effect.filterOrFail(
      (secret) => /^[\x21-\x7e]+$/.test(Redacted.value(secret)),
      () =>
        new AIConfigurationError({
          message: `${keyName} holds a character that no key has, such as a space or a line break`,
          keyName,
          provider,
        }),
    ),
  )

/** A short hash of the key: enough to see that it has changed, too little to learn anything of it. */
export const readKeyId = (
  configuration: Configuration,
  keyName: string,
): Effect.Effect<string | undefined, AIConfigurationError> =>
  configuration.getSecret(keyName).pipe(
    Effect.map((secret): string | undefined => Hash.string(Redacted.value(secret)).toString(36)),
    Effect.catchTags({
      SecretNotFoundError: () => Effect.succeed(undefined),
      ConfigError: (error) => Effect.fail(asConfigurationError(error)),
    }),
  )

/** Whether the provider's key is set, wherever it comes from. */
export const keyAvailability = (
  configuration: Configuration,
  keyName: string,
): Effect.Effect<Availability, AIConfigurationError> =>
  configuration.originOf(keyName).pipe(
    Effect.mapError(asConfigurationError),
    Effect.map((origin): Availability =>
      origin === undefined ? { _tag: "MissingKey", keyName } : { _tag: "Ready" },
    ),
  )

/** What the configuration cannot give, in the orchestrator's terms. */
export const asConfigurationError = (cause: ConfigError): AIConfigurationError =>
  new AIConfigurationError({
    message: cause.message,
    ...(cause.keyName === undefined ? {} : { keyName: cause.keyName }),
    cause,
  })
