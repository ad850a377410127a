/** The file of the database: what is in it, seen without changing it, and how it is opened, marked and closed. */
import { chmodSync, closeSync, existsSync, openSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { migrations, migrationsTable } from "./migrations"
import { searchWords } from "./search"

export const defaults = {
  /** How long another process, such as a backup, may hold the file before a write fails, in milliseconds. */
  busyTimeout: 1000,
  /** Pages of the log after which a commit moves them to the main file: 4 MB. */
  walAutocheckpoint: 1000,
  /** What of the log is left on the disk once it was moved, in bytes. */
  journalSizeLimit: 16 * 1024 * 1024,
  /** Memory for pages, in KiB. */
  cacheSize: 32 * 1024,
}

export type Inspection =
  | { readonly type: "sound" }
  | { readonly type: "damaged" }
  | { readonly type: "newer"; readonly version: number }

/** Throws what SQLite throws. A database that was not closed is read from one end to the other. */
export const inspect = (path: string): Inspection => {
  if (!existsSync(path)) return { type: "sound" }
  const database = new DatabaseSync(path, { readOnly: true, timeout: defaults.busyTimeout })
  try {
    const version = versionOf(database)
    if (version > migrations.length) return { type: "newer", version }
    const isSound = wasClosed(database) || first(database, "PRAGMA quick_check(1)") === "ok"
    return { type: isSound ? "sound" : "damaged" }
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

/** The mark lies in the number that SQLite leaves to applications: 1 while it is open, 0 before and after. */
const wasClosed = (database: DatabaseSync): boolean => first(database, "PRAGMA user_version") === 0

const first = (database: DatabaseSync, sql: string): unknown =>
  Object.values(database.prepare(sql).get() ?? {})[0]

/** @param maxPages so many pages, and the disk counts as full */
export const open = (path: string, maxPages?: number): DatabaseSync => {
  // Made before SQLite makes it, for its user alone whatever the umask; SQLite gives its companions the same mode.
  closeSync(openSync(path, "a", 0o600))
  chmodSync(path, 0o600)
  const database = new DatabaseSync(path, {
    enableForeignKeyConstraints: true,
    timeout: defaults.busyTimeout,
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

export const markOpen = (database: DatabaseSync): void => database.exec("PRAGMA user_version = 1")

/** Moves everything to the main file. @param isSound otherwise it is read through when it is opened next */
export const close = (database: DatabaseSync, isSound: boolean): void => {
  try {
    if (isSound) database.exec("PRAGMA user_version = 0; PRAGMA wal_checkpoint(TRUNCATE)")
  } finally {
    database.close()
  }
}
