/** The folder of what Commander keeps: mode 0700, one server at a time. */
import { closeSync, existsSync, openSync } from "node:fs"
import { chmod, mkdir, readdir, stat } from "node:fs/promises"
import { homedir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { wordsOf } from "./files"

export class DataFolderError extends Data.TaggedError("DataFolderError")<{
  /** `Unusable`: it cannot be written; whoever needs nothing of it can go on without. */
  readonly reason: "InUse" | "Unusable"
  readonly message: string
  readonly cause?: unknown
}> {}

/** `COMMANDER_HOME`, else `.commander` in the user's home. */
export const defaultDataFolder = (environment: NodeJS.ProcessEnv): string =>
  environment["COMMANDER_HOME"]?.trim() || join(homedir(), ".commander")

const ours = /^(lock\.sqlite(-journal)?|settings\.json(\.new)?|conversations\..*)$/

/** Makes the folder when it is missing; one that holds nothing but ours is closed to others. */
export const prepareDataFolder = (folder: string): Effect.Effect<void, DataFolderError> =>
  Effect.tryPromise({
    try: async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // A folder with other things in it may be there for others too, and the keys in it are of mode 0600 anyway.
      if (!(await readdir(folder)).every((name) => ours.test(name))) return
      // One that its user may not write stays like that: it was closed on purpose.
      await chmod(folder, (await stat(folder)).mode & 0o700)
    },
    catch: (cause) => unusable(folder, cause),
  })

/**
 * Holds the folder until the scope closes. SQLite's file lock is the lock: the system releases it when the process
 * dies, however it dies, so that no stale lock is ever left.
 */
export const lockDataFolder = (folder: string): Effect.Effect<void, DataFolderError, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.try({
        try: () => {
          const path = join(folder, "lock.sqlite")
          // SQLite would make it for others to read. One that is there is not touched: to close it would end a lock on it.
          if (!existsSync(path)) closeSync(openSync(path, "a", 0o600))
          const lock = new DatabaseSync(path, { timeout: 0 })
          lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
          return lock
        },
        catch: (cause) =>
          wordsOf(cause).includes("locked") ? inUse(folder, cause) : unusable(folder, cause),
      }),
      (lock) => Effect.sync(() => lock.close()),
    ),
  )

const unusable = (folder: string, cause: unknown): DataFolderError =>
  new DataFolderError({
    reason: "Unusable",
    message: `the data folder ${folder} cannot be used (${wordsOf(cause)}); give Commander the right to write it, or set COMMANDER_HOME to another folder`,
    cause,
  })

const inUse = (folder: string, cause: unknown): DataFolderError =>
  new DataFolderError({
    reason: "InUse",
    message: `another Commander is running on the data folder ${folder}; stop it, or set COMMANDER_HOME to another folder`,
    cause,
  })
