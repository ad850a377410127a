/** How the commands speak: log lines on stderr, one sentence for a failure, and the exit code. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type * as LogLevel from "effect/LogLevel"
import * as References from "effect/References"
import { ConfigError, ConfigurationService } from "@/services/configuration"

const levels: ReadonlyArray<LogLevel.Severity> = ["Trace", "Debug", "Info", "Warn", "Error", "Fatal"]

/** One line an event: time, level, message. Standard output stays free for answers. */
const lineLogger = Logger.withConsoleError(
  Logger.make(({ date, logLevel, message }) => {
    const words = Array.isArray(message) ? message.map(String).join(" ") : String(message)
    return `${date.toISOString().slice(11, 23)} ${logLevel.toUpperCase().padEnd(5)} ${words}`
  }),
)

/** `COMMANDER_LOG_LEVEL`: the least severe level that is shown. */
export const layerLogging = (
  fallback: LogLevel.Severity,
): Layer.Layer<never, ConfigError, ConfigurationService> =>
  Layer.mergeAll(Logger.layer([lineLogger]), Layer.effect(References.MinimumLogLevel, readLevel(fallback)))

const readLevel = (fallback: LogLevel.Severity) =>
  Effect.gen(function* () {
    const configuration = yield* ConfigurationService
    const keyName = "COMMANDER_LOG_LEVEL"
    if ((yield* configuration.originOf(keyName)) === undefined) return fallback
    const value = yield* configuration.get(keyName)
    const level = levels.find((candidate) => candidate.toLowerCase() === value.toLowerCase())
    if (level !== undefined) return level
    return yield* new ConfigError({
      keyName,
      message: `${keyName} is "${value}"; it must be one of ${levels.join(", ")}`,
    })
  })

/** Ends the command with one sentence on stderr and exit code 1. */
export const failWith = (message: string): Effect.Effect<never, CommandFailed> =>
  Effect.andThen(Console.error(`commander: ${message}`), Effect.fail(new CommandFailed()))

/** The message was already told; only the exit code is left to say. */
export class CommandFailed {
  readonly _tag = "CommandFailed"
}
