/** How the commands speak: log lines on stderr, one sentence for a failure, and the exit code. */
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as References from "effect/References"
import { ConfigError, ConfigurationService, getOptional } from "@/services/configuration"

const levels: ReadonlyArray<LogLevel.Severity> = ["Trace", "Debug", "Info", "Warn", "Error", "Fatal"]

/** One line an event: time, level, message. Standard output stays free for answers. */
const lineLogger = Logger.withConsoleError(
  Logger.make(({ date, logLevel, message }) => {
    const words = Array.isArray(message) ? message.map(String).join(" ") : String(message)
    return `${date.toISOString().slice(11, 23)} ${logLevel.toUpperCase().padEnd(5)} ${words}`
  }),
)

/** The least severe level that is shown: `--log-level`, else `COMMANDER_LOG_LEVEL`, else the command's own. */
export const layerLogging = (fallback: LogLevel.Severity) =>
  Layer.mergeAll(Logger.layer([lineLogger]), Layer.effect(References.MinimumLogLevel, readLevel(fallback)))

const readLevel = (fallback: LogLevel.Severity) =>
  Effect.gen(function* () {
    const flag = yield* GlobalFlag.LogLevel
    if (Option.isSome(flag)) return flag.value
    const keyName = "COMMANDER_LOG_LEVEL"
    const value = yield* getOptional(yield* ConfigurationService, keyName)
    if (value === undefined) return fallback
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
