/** Opens the database of a data folder, whatever is found there. Nothing that was saved is deleted or overwritten. */
import { join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { StoreError } from "@/services/conversations/ConversationStore"
import { makeConnection, type Connection } from "./connection"
import { close, inspect, markOpen, open } from "./databaseFile"
import { databaseFiles } from "./databaseFiles"
import { makeEventLog, type EventLog } from "./eventLog"
import { migrate, migrations } from "./migrations"
import { finishSettingAside, setAside, setLostLogAside } from "./setAside"
import { attempt } from "./storeFailure"

export interface DatabaseOptions {
  /** The data folder; it is there, and this process alone uses it. */
  readonly folder: string
  /** So many pages of 4 KiB, and the disk counts as full. For tests. */
  readonly maxPages?: number
}

export interface Database {
  readonly connection: Connection
  readonly log: EventLog
}

export type Outcome =
  | { readonly type: "opened"; readonly database: Database }
  /** What cannot be read is kept; a new database was begun, or only what was saved last is missing. */
  | { readonly type: "damaged"; readonly database: Database; readonly notice: string }
  /** What is there is as it was. */
  | { readonly type: "unusable"; readonly reason: StoreError["reason"] | "Newer"; readonly message: string }

/** It is closed with the scope. */
export const openDatabase = (options: DatabaseOptions): Effect.Effect<Outcome, never, Scope.Scope> => {
  const path = join(options.folder, databaseFiles[0])
  return Effect.gen(function* () {
    yield* finishSettingAside(options.folder)
    const lostLog = yield* setLostLogAside(options.folder)
    const found = yield* inspectAndConnect(path, options, lostLog === undefined ? "mark" : "nothing")
    if (found.type === "damaged") {
      const keptAs = yield* setAside(options.folder)
      const notice = `The file of saved conversations was damaged. It is kept as ${keptAs}; a new one was begun.`
      return { type: "damaged", database: yield* connect(path, options), notice } as const
    }
    if (found.type === "unusable" || lostLog === undefined) return found
    const notice = `What was saved last could not be read. It is kept as ${lostLog}, and is missing here.`
    return { type: "damaged", database: found.database, notice } as const
  }).pipe(
    Effect.catch(({ reason, message }) => Effect.succeed({ type: "unusable", reason, message } as const)),
  )
}

/** Damage may also be seen only when a sound looking database is brought to the newest version. */
const inspectAndConnect = (path: string, options: DatabaseOptions, trusts: "mark" | "nothing") =>
  Effect.gen(function* () {
    const found = yield* attempt(path, () => inspect(path, trusts))
    if (found.type === "newer") return newer(path, found.version)
    if (found.type === "damaged") return { type: "damaged" } as const
    return { type: "opened", database: yield* connect(path, options) } as const
  }).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "Corrupt",
      () => Effect.succeed({ type: "damaged" } as const),
    ),
  )

const connect = (
  path: string,
  { maxPages }: DatabaseOptions,
): Effect.Effect<Database, StoreError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.flatMap(
      attempt(path, () => open(path, maxPages)),
      (database) =>
        Effect.onError(prepare(path, database), () => Effect.ignore(attempt(path, () => database.close()))),
    ),
    ({ connection }) =>
      Effect.catch(
        attempt(path, () => close(connection.database, connection.isSuspect())),
        ({ message }) => Effect.logError(`conversations were not closed: ${message}`),
      ),
  )

const prepare = (path: string, database: DatabaseSync): Effect.Effect<Database, StoreError> =>
  Effect.gen(function* () {
    const connection = yield* makeConnection(path, database)
    yield* Effect.mapError(migrate(connection.sql), connection.failure)
    return yield* attempt(path, () => {
      markOpen(database)
      return { connection, log: makeEventLog(database) }
    })
  })

const newer = (path: string, version: number) => ({
  type: "unusable" as const,
  reason: "Newer" as const,
  message:
    `${path} is of version ${version}, made by a newer Commander; this one knows version ${migrations.length}. ` +
    "Use the newer one, or set COMMANDER_HOME to another folder.",
})
