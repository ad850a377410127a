/**
 * The tables, as they came to be. Forward only: what was released stays as it is, and changes are added at the end.
 * Times are milliseconds since the epoch. Keys are SQLite's row numbers; ids are the names that the rest of Commander knows.
 */
import * as Effect from "effect/Effect"
import * as Migrator from "effect/sql/Migrator"
import { SqlClient } from "effect/sql/SqlClient"

interface Migration {
  readonly name: string
  readonly statements: ReadonlyArray<string>
}

/** Long texts come last: SQLite reads a row up to the last column that is asked for. */
const tables: ReadonlyArray<string> = [
  `CREATE TABLE conversations (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    pinned INTEGER NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    deleted_at REAL,
    leaf_id TEXT,
    title TEXT NOT NULL,
    draft TEXT NOT NULL
  ) STRICT`,
  `CREATE INDEX conversations_listed ON conversations (pinned, updated_at, id) WHERE deleted_at IS NULL`,
  `CREATE INDEX conversations_deleted ON conversations (deleted_at) WHERE deleted_at IS NOT NULL`,
  // Keys in the order of time, and greater than their parents': see messageKeys.ts.
  `CREATE TABLE messages (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    conversation_key INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    parent_id TEXT,
    role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    created_at REAL NOT NULL,
    origin TEXT,
    text TEXT NOT NULL
  ) STRICT`,
  `CREATE INDEX messages_of_conversation ON messages (conversation_key)`,
  // Events: compacted, of a run that has ended; those of others are in run_events.
  `CREATE TABLE runs (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    conversation_key INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    message_key INTEGER NOT NULL UNIQUE REFERENCES messages ON DELETE CASCADE,
    status TEXT NOT NULL,
    started_at REAL NOT NULL,
    ended_at REAL,
    starts INTEGER NOT NULL,
    parameters TEXT NOT NULL,
    events TEXT
  ) STRICT`,
  `CREATE INDEX runs_of_conversation ON runs (conversation_key)`,
  `CREATE INDEX runs_running ON runs (conversation_key) WHERE status = 'running'`,
  `CREATE INDEX runs_unfinished ON runs (conversation_key) WHERE status IN ('running', 'interrupted')`,
  // Without an index and a foreign key: every token is written here. See eventLog.ts.
  `CREATE TABLE run_events (
    key INTEGER PRIMARY KEY,
    run_key INTEGER NOT NULL,
    last INTEGER NOT NULL,
    events TEXT NOT NULL
  ) STRICT`,
]

/** Of the function `search_words`: words without case and diacritics, between spaces, so that `ascii` splits at these alone. */
const fullText = (table: string, source: string, column: string): ReadonlyArray<string> => [
  `CREATE VIRTUAL TABLE ${table} USING fts5(
    words, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1 2 3'
  )`,
  `CREATE TRIGGER ${table}_added AFTER INSERT ON ${source} WHEN new.${column} <> '' BEGIN
    INSERT INTO ${table} (rowid, words) VALUES (new.key, search_words(new.${column}));
  END`,
  `CREATE TRIGGER ${table}_changed AFTER UPDATE OF ${column} ON ${source} WHEN new.${column} <> old.${column} BEGIN
    DELETE FROM ${table} WHERE rowid = old.key;
    INSERT INTO ${table} (rowid, words) VALUES (new.key, search_words(new.${column}));
  END`,
  `CREATE TRIGGER ${table}_removed AFTER DELETE ON ${source} BEGIN
    DELETE FROM ${table} WHERE rowid = old.key;
  END`,
  `INSERT INTO ${table} (rowid, words) SELECT key, search_words(${column}) FROM ${source} WHERE ${column} <> ''`,
]

/** Of runs that have ended; what they used is in their last event. */
const attempts: ReadonlyArray<string> = [
  `CREATE TABLE attempts (
    conversation_key INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    run_key INTEGER NOT NULL,
    number INTEGER NOT NULL,
    ended_at REAL NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    usd REAL NOT NULL,
    is_complete INTEGER NOT NULL,
    PRIMARY KEY (conversation_key, run_key, number)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX attempts_since ON attempts (ended_at)`,
  `INSERT INTO attempts
    SELECT conversation_key, runs.key, attempt.key, ended_at,
      attempt.value ->> '$.target.provider', attempt.value ->> '$.target.model',
      coalesce(attempt.value ->> '$.usage.inputTokens', 0), coalesce(attempt.value ->> '$.usage.outputTokens', 0),
      coalesce(attempt.value ->> '$.cost.usd', 0),
      attempt.value ->> '$.usage.source' <> 'unknown' AND attempt.value ->> '$.cost.usd' IS NOT NULL
    FROM runs, json_each(runs.events, '$[#-1].attempts') AS attempt
    WHERE runs.ended_at IS NOT NULL AND runs.events IS NOT NULL`,
]

/** Each brings the database to the version that is its position, from 1. */
export const migrations: ReadonlyArray<Migration> = [
  { name: "tables", statements: tables },
  {
    name: "search",
    statements: [
      ...fullText("message_words", "messages", "text"),
      ...fullText("title_words", "conversations", "title"),
    ],
  },
  { name: "attempts", statements: attempts },
]

/** Where `migrate` notes what was done. */
export const migrationsTable = "migrations"

/** Brings the database to the newest version, or leaves it as it was. */
export const migrate = (sql: SqlClient, steps: ReadonlyArray<Migration> = migrations) =>
  Migrator.make({})({
    table: migrationsTable,
    loader: Migrator.fromRecord(
      Object.fromEntries(
        steps.map(({ name, statements }, index) => [
          `${index + 1}_${name}`,
          Effect.forEach(statements, (statement) => sql.unsafe(statement), { discard: true }),
        ]),
      ),
    ),
  }).pipe(Effect.provideService(SqlClient, sql))
