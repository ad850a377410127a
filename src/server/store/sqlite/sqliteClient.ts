/** `effect/sql` over `node:sqlite`: one connection, lent to one transaction or statement at a time. */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import type * as Semaphore from "effect/Semaphore"
import * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { classifySqliteError, SqlError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import * as Stream from "effect/Stream"

/** @param semaphore of one permit; held by everyone who uses the database */
export const makeSqlClient = (
  database: DatabaseSync,
  semaphore: Semaphore.Semaphore,
): Effect.Effect<SqlClient.SqlClient> =>
  SqlClient.make({
    ...SqlClient.makeSqliteAcquirers({
      connection: Effect.succeed(connectionOf(database)),
      semaphore,
      isTransaction: () => database.isTransaction,
    }),
    compiler: Statement.makeCompilerSqlite(),
    driver: "node-sqlite",
    prepareTransactionControls: true,
    spanAttributes: [],
  }).pipe(Effect.provide(Reactivity.layer))

type Row = Record<string, SQLOutputValue>

const connectionOf = (database: DatabaseSync): Connection => {
  /** As many as the code has texts of statements: all values are bound. */
  const statements = new Map<string, StatementSync>()
  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  const all =
    (
      statement: (sql: string) => StatementSync,
    ): ((sql: string, params: ReadonlyArray<unknown>) => Effect.Effect<ReadonlyArray<Row>, SqlError>) =>
    (sql, params) =>
      Effect.try({
        try: () => statement(sql).all(...params.map(toInput)),
        catch: (cause) => new SqlError({ reason: classifySqliteError(cause, { operation: "execute" }) }),
      })
  const execute = all(prepared)
  const executeUnprepared = all((sql) => database.prepare(sql))
  const values = Effect.map((rows: ReadonlyArray<Row>) => rows.map((row) => Object.values(row)))
  return {
    execute,
    executeRaw: execute,
    executeValues: (sql, params) => values(execute(sql, params)),
    executeUnprepared,
    executeValuesUnprepared: (sql, params) => values(executeUnprepared(sql, params)),
    executeStream: (sql, params) => Stream.fromIterableEffect(execute(sql, params)),
  }
}

const toInput = (value: unknown): SQLInputValue => {
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") return value
  if (typeof value === "boolean") return value ? 1 : 0
  if (value === null || value === undefined) return null
  if (value instanceof Uint8Array) return value
  throw new TypeError(`SQLite cannot take a ${typeof value}`)
}
