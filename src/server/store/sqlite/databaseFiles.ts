/** The files of the database in the data folder: the main file, and SQLite's log of changes with the index of it. */

export const databaseFiles = [
  "conversations.sqlite",
  "conversations.sqlite-wal",
  "conversations.sqlite-shm",
] as const
