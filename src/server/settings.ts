/**
 * The server's own settings: `COMMANDER_HOST`, `COMMANDER_PORT`, `COMMANDER_TOKEN`, `COMMANDER_AFTER_RESTART`,
 * `COMMANDER_STOP_GRACE`.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ConfigError, ConfigurationService, getOptional } from "@/services/configuration"
import { type RunSettings, defaults as runDefaults } from "@/services/conversations/RunSettings"
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

/** How running answers are treated when the server stops and starts. */
export const readRunSettings: Effect.Effect<RunSettings, ConfigError, ConfigurationService> = Effect.gen(
  function* () {
    const configuration = yield* ConfigurationService
    const afterRestart = yield* getOptional(configuration, "COMMANDER_AFTER_RESTART")
    if (afterRestart !== undefined && afterRestart !== "resume" && afterRestart !== "ask") {
      return yield* wrongValue("COMMANDER_AFTER_RESTART", afterRestart, '"resume" or "ask"')
    }
    const grace = yield* getOptional(configuration, "COMMANDER_STOP_GRACE")
    const duration = grace === undefined ? runDefaults.grace : durationOf(grace)
    if (grace !== undefined && duration === undefined) {
      return yield* wrongValue("COMMANDER_STOP_GRACE", grace, 'a time such as "5 seconds"')
    }
    return { afterRestart: afterRestart ?? runDefaults.afterRestart, grace: duration ?? runDefaults.grace }
  },
)

const wrongValue = (keyName: string, found: string, allowed: string): ConfigError =>
  new ConfigError({ keyName, message: `${keyName} is "${found}"; it must be ${allowed}` })

const decodeDuration = Schema.decodeOption(
  Schema.DurationFromString.check(
    Schema.makeFilter(Duration.between({ minimum: Duration.zero, maximum: Duration.hours(1) })),
  ),
)

/** Undefined for what is no length of time, or longer than an hour. */
const durationOf = (text: string): Duration.Duration | undefined =>
  Option.getOrUndefined(decodeDuration(text))
