/** Reads a provider's settings, with the orchestrator's error for what is missing or wrong. */
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { ConfigError, ConfigurationService } from "../../configuration"
import { AIConfigurationError } from "../core/AIConfigurationError"
import type { Availability } from "../core/ProviderRegistry"

type Configuration = ConfigurationService["Service"]

/** A value that may be absent. */
export const readOptional = (
  configuration: Configuration,
  keyName: string,
): Effect.Effect<string | undefined, AIConfigurationError> =>
  Effect.gen(function* () {
    const origin = yield* configuration.originOf(keyName)
    return origin === undefined ? undefined : yield* configuration.get(keyName)
  }).pipe(Effect.mapError(asConfigurationError(keyName)))

/** A key without which the provider cannot be asked. */
export const readSecret = (
  configuration: Configuration,
  provider: string,
  keyName: string,
): Effect.Effect<Redacted.Redacted<string>, AIConfigurationError> =>
  configuration.getSecret(keyName).pipe(
    Effect.mapError(
      (cause) =>
        new AIConfigurationError({
          message:
            cause._tag === "SecretNotFoundError" ? `${provider} has no key: set ${keyName}` : cause.message,
          keyName,
          provider,
          cause,
        }),
    ),
  )

/** Whether the provider's key is set, wherever it comes from. */
export const keyAvailability = (
  configuration: Configuration,
  keyName: string,
): Effect.Effect<Availability, AIConfigurationError> =>
  configuration.originOf(keyName).pipe(
    Effect.mapError(asConfigurationError(keyName)),
    Effect.map((origin): Availability =>
      origin === undefined ? { _tag: "MissingKey", keyName } : { _tag: "Ready" },
    ),
  )

const asConfigurationError =
  (keyName: string) =>
  (cause: ConfigError): AIConfigurationError =>
    new AIConfigurationError({ message: cause.message, keyName, cause })
