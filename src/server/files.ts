/** Reading files that may not be there. */
import { statSync } from "node:fs"
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

/**
 * What `parse` makes of the file's text; made anew only when the file has changed. Every run reads its configuration dozens
 * of times, and asking for the file's state costs a fiftieth of reading it.
 */
export const readParsed = <A>(
  path: string,
  parse: (text: string | undefined) => Effect.Effect<A, ConfigError>,
): Effect.Effect<A, ConfigError> => {
  let known: { readonly state: string; readonly value: A } | undefined
  return Effect.suspend(() => {
    // Before the file is read: should it change in between, the next call reads it again.
    const state = stateOf(path)
    if (known !== undefined && known.state === state) return Effect.succeed(known.value)
    return Effect.map(Effect.flatMap(readIfThere(path), parse), (value) => {
      known = state === undefined ? undefined : { state, value }
      return value
    })
  })
}

/** Differs whenever the file's content does: a change sets the time of its inode, a replacement brings another inode. */
const stateOf = (path: string): string | undefined => {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
    return stats === undefined ? "missing" : `${stats.dev}:${stats.ino}:${stats.size}:${stats.ctimeNs}`
  } catch {
    // Reading it says why.
    return undefined
  }
}

const isMissing = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && cause.code === "ENOENT"

/** What an unknown cause has to say. */
export const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
