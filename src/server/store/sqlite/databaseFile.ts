/** The file of the database: what is in it, seen without changing it, and how it is opened, marked and closed. */
import { chmodSync, closeSync, existsSync, openSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import * as Duration from "effect/Duration"
import { migrations, migrationsTable } from "./migrations"
import { searchWords } from "./search"

export const defaults = {
  /** How long another process, such as a backup, may hold the file before a write fails; nothing else is done meanwhile. */
  busyTimeout: Duration.seconds(1),
  /** Pages of the log after which a commit moves them to the main file: 16 MB. Pages that many runs write are moved once then. */
  walAutocheckpoint: 4000,
  /** What of the log is left on the disk once it was moved, in bytes. */
  journalSizeLimit: 16 * 1024 * 1024,
  /** Memory for pages, in KiB. */
  cacheSize: 32 * 1024,
}

export type Inspection =
  | { readonly type: "sound" }
  | { readonly type: "damaged" }
  | { readonly type: "newer"; readonly version: number }

/**
 * A mark in the number that SQLite leaves to applications. What was not closed is read from one end to the other when it is
 * opened next, without the full-text index, whose check takes four times as long as that of all else together (measured:
 * 5.4 s against 1.1 s, of 2.1 GB); with it after damage was seen.
 */
const marks = { closed: 0, open: 1, suspect: 2 }

/** Throws what SQLite throws. @param trusts `nothing`: it is read through, whatever its mark says */
export const inspect = (path: string, trusts: "mark" | "nothing" = "mark"): Inspection => {
  if (!existsSync(path)) return { type: "sound" }
  const database = new DatabaseSync(path, {
    readOnly: true,
    timeout: Duration.toMillis(defaults.busyTimeout),
  })
  try {
    const version = versionOf(database)
    if (version > migrations.length) return { type: "newer", version }
    const mark = trusts === "mark" ? first(database, "PRAGMA user_version") : marks.suspect
    return { type: isSound(database, mark) ? "sound" : "damaged" }
  } finally {
    database.close()
  }
}

/** How many migrations it has seen; 0 for one that is empty. */
const versionOf = (database: DatabaseSync): number => {
  const table = `SELECT count(*) FROM sqlite_schema WHERE name = '${migrationsTable}'`
  return first(database, table) === 0
    ? 0
    : Number(first(database, `SELECT max(migration_id) FROM ${migrationsTable}`))
}

const isSound = (database: DatabaseSync, mark: unknown): boolean => {
  if (mark === marks.closed) return true
  if (mark === marks.suspect) return first(database, "PRAGMA quick_check(1)") === "ok"
  // SQLite checks its list of free pages together with its own table.
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL %'")
    .all()
  return ["sqlite_schema", ...tables.map(({ name }) => String(name))].every(
    (table) => first(database, `PRAGMA quick_check("${table}")`) === "ok",
  )
}

const first = (database: DatabaseSync, sql: string): unknown =>
  Object.values(database.prepare(sql).get() ?? {})[0]

/** @param maxPages so many pages, and the disk counts as full */
export const open = (path: string, maxPages?: number): DatabaseSync => {
  // Made before SQLite makes it, for its user alone whatever the umask; SQLite gives its companions the same mode.
  closeSync(openSync(path, "a", 0o600))
  chmodSync(path, 0o600)
  const database = new DatabaseSync(path, {
    enableForeignKeyConstraints: true,
    timeout: Duration.toMillis(defaults.busyTimeout),
  })
  try {
    // Temporary tables stay in memory: files of them would lie outside of the data folder.
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = ${defaults.walAutocheckpoint};
      PRAGMA journal_size_limit = ${defaults.journalSizeLimit};
      PRAGMA cache_size = -${defaults.cacheSize};
      PRAGMA temp_store = MEMORY;
      ${maxPages === undefined ? "" : `PRAGMA max_page_count = ${maxPages};`}
    `)
    database.function("search_words", { deterministic: true }, (text) => searchWords(String(text)))
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

export const markOpen = (database: DatabaseSync): void => mark(database, "open")

/** Moves everything to the main file. @param isSuspect otherwise nothing is checked when it is opened next */
export const close = (database: DatabaseSync, isSuspect: boolean): void => {
  try {
    mark(database, isSuspect ? "suspect" : "closed")
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)")
  } finally {
    database.close()
  }
}

const mark = (database: DatabaseSync, name: keyof typeof marks): void =>
  database.exec(`PRAGMA user_version = ${marks[name]}`)
