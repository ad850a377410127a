/** One connection, one transaction at a time, whole or not at all. */
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import { makeConnection } from "@/server/store/sqlite/connection"

const opened = Effect.gen(function* () {
  const database = yield* Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(":memory:")),
    (open) => Effect.sync(() => open.close()),
  )
  database.exec("CREATE TABLE words (word)")
  const connection = yield* makeConnection(":memory:", database)
  const add = (word: string) => database.prepare("INSERT INTO words VALUES (?)").run(word)
  const words = () =>
    database
      .prepare("SELECT word FROM words")
      .all()
      .map(({ word }) => word)
  const synchronous = () => database.prepare("PRAGMA synchronous").get()?.["synchronous"]
  return { ...connection, add, words, synchronous }
})

describe("a write", () => {
  it.effect("that fails is rolled back whole, and what it changed elsewhere is undone, the last first", () =>
    Effect.gen(function* () {
      const { write, add, words } = yield* opened
      const undone: Array<string> = []
      const error = yield* Effect.flip(
        write((onRollback) => {
          add("one")
          onRollback(() => undone.push("first"))
          onRollback(() => undone.push("second"))
          throw new Error("halfway")
        }),
      )
      assert.include(error.message, "halfway")
      assert.deepStrictEqual(words(), [])
      assert.deepStrictEqual(undone, ["second", "first"])
      yield* write(() => add("two"))
      assert.deepStrictEqual(words(), ["two"])
    }),
  )

  it.effect("is on the disk where it must survive a loss of power, and only there waits for it", () =>
    Effect.gen(function* () {
      const { write, synchronous, database } = yield* opened
      database.exec("PRAGMA synchronous = NORMAL")
      assert.strictEqual(yield* write(synchronous, "power"), 2)
      assert.strictEqual(yield* write(synchronous), 1)
      yield* Effect.flip(write(() => assert.fail("no"), "power"))
      assert.strictEqual(synchronous(), 1)
    }),
  )

  it.effect("waits for the transaction of another, and can be interrupted while it waits", () =>
    Effect.gen(function* () {
      const { write, sql, add, words } = yield* opened
      const latch = yield* Latch.make()
      const other = yield* Effect.forkChild(
        sql.withTransaction(Effect.andThen(sql`INSERT INTO words VALUES ('other')`, latch.await)),
      )
      const waiting = yield* Effect.forkChild(write(() => add("waiting")))
      const interrupted = yield* Effect.forkChild(write(() => add("interrupted")))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(interrupted)
      assert.deepStrictEqual(words(), ["other"])
      yield* latch.open
      yield* Fiber.join(other)
      yield* Fiber.join(waiting)
      assert.deepStrictEqual(words(), ["other", "waiting"])
    }),
  )

  it.effect("finds nothing of a transaction that was interrupted", () =>
    Effect.gen(function* () {
      const { write, sql, add, words } = yield* opened
      const never = yield* Effect.forkChild(
        sql.withTransaction(Effect.andThen(sql`INSERT INTO words VALUES ('half')`, Effect.never)),
      )
      yield* Effect.yieldNow
      assert.deepStrictEqual(words(), ["half"])
      yield* Fiber.interrupt(never)
      yield* write(() => add("whole"))
      assert.deepStrictEqual(words(), ["whole"])
    }),
  )
})
