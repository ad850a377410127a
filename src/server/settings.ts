/** The server's own settings: `COMMANDER_HOST`, `COMMANDER_PORT`, `COMMANDER_TOKEN`. */
import * as Effect from "effect/Effect"
import { ConfigError, ConfigurationService, getOptional } from "@/services/configuration"
import { isLoopback, type Access } from "./web/security"

export const defaults = { host: "127.0.0.1", port: 4747 }

/** Refuses a public bind without a token: an open door to the keys of whoever runs it. */
export const readAccess = (overrides: {
  readonly host: string | undefined
  readonly port: number | undefined
}): Effect.Effect<Access, ConfigError, ConfigurationService> =>
  Effect.gen(function* () {
    const configuration = yield* ConfigurationService
    const host = overrides.host ?? (yield* getOptional(configuration, "COMMANDER_HOST")) ?? defaults.host
    const port =
      (yield* toPort("--port", overrides.port?.toString())) ??
      (yield* toPort("COMMANDER_PORT", yield* getOptional(configuration, "COMMANDER_PORT"))) ??
      defaults.port
    const token = yield* configuration
      .getSecret("COMMANDER_TOKEN")
      .pipe(Effect.catchTag("SecretNotFoundError", () => Effect.succeed(undefined)))
    if (!isLoopback(host) && token === undefined) {
      return yield* new ConfigError({
        keyName: "COMMANDER_TOKEN",
        message: `COMMANDER_HOST is ${host}, which others can reach: set COMMANDER_TOKEN, or bind to 127.0.0.1`,
      })
    }
    return { host, port, token }
  })

const toPort = (name: string, text: string | undefined): Effect.Effect<number | undefined, ConfigError> => {
  if (text === undefined) return Effect.succeed(undefined)
  const port = Number(text)
  return /^\d+$/.test(text) && port <= 65535
    ? Effect.succeed(port)
    : Effect.fail(
        new ConfigError({
          keyName: "COMMANDER_PORT",
          message: `${name} is "${text}"; it must be a port from 0 to 65535`,
        }),
      )
}
