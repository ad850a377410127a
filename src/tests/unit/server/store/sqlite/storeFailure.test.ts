/** What went wrong in SQLite or in the file system is told in the store's words. */
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { StoreError } from "@/services/conversations/ConversationStore"
import { makeConnection } from "@/server/store/sqlite/connection"
import { storeErrorOf } from "@/server/store/sqlite/storeFailure"

const sqlite = (errcode: number): Error =>
  Object.assign(new Error("words"), { code: "ERR_SQLITE_ERROR", errcode })
const system = (code: string): Error => Object.assign(new Error("words"), { code })

describe("storeErrorOf", () => {
  it.each([
    ["a full disk", sqlite(13), "Full"],
    ["no permission", sqlite(3), "ReadOnly"],
    ["a folder that became read-only", sqlite(8 | (6 << 8)), "ReadOnly"],
    ["a file that cannot be opened", sqlite(14), "ReadOnly"],
    ["a damaged file", sqlite(11), "Corrupt"],
    ["a damaged full-text index", sqlite(11 | (1 << 8)), "Corrupt"],
    ["another kind of file", sqlite(26), "Corrupt"],
    ["a wrong statement", sqlite(1), "Failed"],
    ["a file that belongs to another", system("EACCES"), "ReadOnly"],
    ["a read-only disk", system("EROFS"), "ReadOnly"],
    ["a disk that is full before SQLite is asked", system("ENOSPC"), "Full"],
    ["anything else", "words", "Failed"],
  ] as const)("knows %s", (_, cause, reason) => {
    const error = storeErrorOf("/home/x/conversations.sqlite", cause)
    assert.strictEqual(error.reason, reason)
    assert.include(error.message, "/home/x/conversations.sqlite")
    assert.strictEqual(error.cause, cause)
  })

  it("leaves its own errors as they are", () => {
    const error = new StoreError({ reason: "Failed", message: "no such run" })
    assert.strictEqual(storeErrorOf("/x", error), error)
  })

  it.effect("finds SQLite's error inside those of effect/sql", () =>
    Effect.gen(function* () {
      const database = new DatabaseSync(":memory:")
      database.exec("PRAGMA max_page_count = 2; CREATE TABLE words (word)")
      const { sql } = yield* makeConnection(":memory:", database)
      const full = sql`INSERT INTO words VALUES (${"x".repeat(10_000)})`
      const error = yield* Effect.flip(sql.withTransaction(full))
      assert.strictEqual(storeErrorOf("/x", error).reason, "Full")
      database.close()
    }),
  )
})
