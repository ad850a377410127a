/** Reading files that may not be there. */
import { readFile } from "node:fs/promises"
import * as Effect from "effect/Effect"
import { ConfigError } from "@/services/configuration"

/** The file's text without the byte order mark of Windows' editors, or undefined when there is no such file. */
export const readIfThere = (path: string): Effect.Effect<string | undefined, ConfigError> =>
  Effect.tryPromise({
    try: () =>
      readFile(path, "utf8").then(
        (text) => text.replace(/^\uFEFF/, ""),
        (cause: unknown) => (isMissing(cause) ? undefined : Promise.reject(cause)),
      ),
    catch: (cause) => new ConfigError({ message: `${path} cannot be read: ${wordsOf(cause)}`, cause }),
  })

const isMissing = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && cause.code === "ENOENT"

/** What an unknown cause has to say. */
export const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
