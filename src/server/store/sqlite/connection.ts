/** The one connection to the file: transactions of prepared statements, and the same connection as an `SqlClient`. */
import type { DatabaseSync, StatementSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type * as SqlClient from "effect/sql/SqlClient"
import type { StoreError } from "@/services/conversations/ConversationStore"
import { makeSqlClient } from "./sqliteClient"
import { storeErrorOf } from "./storeFailure"

/** What a commit survives: `process` the death of the process, `power` a loss of power too. */
export type Durability = "process" | "power"

/** Undoes what a transaction changed outside of the database, should it be rolled back. */
export type OnRollback = (undo: () => void) => void

export interface Connection {
  readonly path: string
  readonly database: DatabaseSync
  readonly sql: SqlClient.SqlClient
  /** Runs without a break, between the transactions of others. */
  readonly read: <A>(body: () => A) => Effect.Effect<A, StoreError>
  /** All that the body writes, or nothing. */
  readonly write: <A>(
    body: (onRollback: OnRollback) => A,
    durability?: Durability,
  ) => Effect.Effect<A, StoreError>
  /** In the store's words; remembers damage. */
  readonly failure: (cause: unknown) => StoreError
  /** Whether damage was seen. */
  readonly isSuspect: () => boolean
}

export const makeConnection = Effect.fnUntraced(function* (
  path: string,
  database: DatabaseSync,
): Effect.fn.Return<Connection> {
  const semaphore = yield* Semaphore.make(1)
  const sql = yield* makeSqlClient(database, semaphore)
  let isSuspect = false
  const failure = (cause: unknown): StoreError => {
    const error = storeErrorOf(path, cause)
    isSuspect ||= error.reason === "Corrupt"
    return error
  }
  const transact = makeTransact(database)
  const exclusively = <A>(body: () => A): Effect.Effect<A, StoreError> =>
    semaphore.withPermit(Effect.try({ try: body, catch: failure }))
  return {
    path,
    database,
    sql,
    read: exclusively,
    write: (body, durability = "process") => exclusively(() => transact(body, durability)),
    failure,
    isSuspect: () => isSuspect,
  }
})

/**
 * Commits with `synchronous = NORMAL`, which writes to the system and leaves it to a checkpoint to reach the disk; or with
 * `FULL`, which waits until the log of this and of all earlier commits is on the disk (https://sqlite.org/pragma.html). The
 * setting cannot change inside of a transaction.
 */
const makeTransact = (database: DatabaseSync) => {
  const [begin, commit] = [database.prepare("BEGIN IMMEDIATE"), database.prepare("COMMIT")]
  return <A>(body: (onRollback: OnRollback) => A, durability: Durability): A => {
    const undos: Array<() => void> = []
    if (durability === "power") database.exec("PRAGMA synchronous = FULL")
    try {
      begin.run()
      const made = body((undo) => undos.push(undo))
      commit.run()
      return made
    } catch (error) {
      for (const undo of undos.toReversed()) undo()
      // SQLite itself rolls back on some errors, such as a full disk.
      if (database.isTransaction) database.exec("ROLLBACK")
      throw error
    } finally {
      if (durability === "power") database.exec("PRAGMA synchronous = NORMAL")
    }
  }
}

/** Prepares a statement when it is needed for the first time: tables may not be there before. */
export const preparing = (database: DatabaseSync, sql: string): (() => StatementSync) => {
  let statement: StatementSync | undefined
  return () => (statement ??= database.prepare(sql))
}
