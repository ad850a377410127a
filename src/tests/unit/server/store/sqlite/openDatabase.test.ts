/** Whatever lies in the data folder, nothing that was saved is deleted or overwritten. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { databaseFiles } from "@/server/store/sqlite/databaseFiles"
import { openDatabase } from "@/server/store/sqlite/openDatabase"
import { makeSqliteStore } from "@/server/store/sqlite/sqliteStore"
import { fill, inStore, killedCopy, mainFile, spoilPage } from "@/tests/support/sqliteFolders"
import { endingOf, turnOf } from "@/tests/support/storedConversations"
import { temporaryFolder } from "@/tests/support/temporaryFolder"

const keptFiles = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder).filter((name) => name.includes("damaged"))
const typeOf = (folder: string) => Effect.scoped(Effect.map(openDatabase({ folder }), ({ type }) => type))

const logOf = (folder: string): string => join(folder, databaseFiles[1])

/** As after the death of a process, with a page that cannot be read. */
const damagedFolder = (pageOf: (folder: string) => number) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    yield* inStore(
      folder,
      Effect.fnUntraced(function* (store) {
        yield* fill(store, 8)
        yield* store.setDeleted("c3", 1)
        yield* store.purge(2)
      }),
    )
    const copy = yield* inStore(folder, () => killedCopy(folder))
    spoilPage(copy, pageOf(copy))
    return copy
  })

const damagedMessages = damagedFolder((folder) => rootPageOf(folder, "messages"))
/** Bytes 32 to 35 of the file name the first page of that list: https://sqlite.org/fileformat.html */
const damagedFreePages = damagedFolder((folder) => readFileSync(mainFile(folder)).readUInt32BE(32))

const rootPageOf = (folder: string, table: string): number => {
  const database = new DatabaseSync(mainFile(folder), { readOnly: true })
  const row = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(table)
  database.close()
  return Number(row?.["rootpage"])
}

describe("a database that is fine", () => {
  it.effect("has after a close all that was written, and a run goes on in its log", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const before = yield* inStore(folder, (store) =>
        Effect.andThen(fill(store, 3), store.list({ limit: 9 })),
      )
      assert.lengthOf(before, 3)
      assert.deepStrictEqual(yield* inStore(folder, (store) => store.list({ limit: 9 })), before)
      assert.deepStrictEqual(readdirSync(folder), [databaseFiles[0]])
    }),
  )

  it.effect("has after the death of the process all that was written", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const turn = turnOf()
      yield* inStore(
        folder,
        Effect.fnUntraced(function* (store) {
          yield* store.begin(turn)
          const ending = endingOf(turn)
          yield* store.append([{ runId: turn.run.id, events: ending.events.slice(0, 3) }])
          const copy = yield* killedCopy(folder)
          yield* inStore(
            copy,
            Effect.fnUntraced(function* (survivor) {
              const everything = { runId: turn.run.id, from: 0, limit: 99 }
              assert.deepStrictEqual(yield* survivor.events(everything), yield* store.events(everything))
              assert.lengthOf(yield* survivor.events(everything), 3)
              assert.deepStrictEqual(yield* survivor.runningRuns, [turn.run])
            }),
          )
          assert.deepStrictEqual(keptFiles(copy), [])
        }),
      )
    }),
  )

  it.effect("belongs to its user alone, whatever the umask and its earlier mode", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      writeFileSync(mainFile(folder), "")
      chmodSync(mainFile(folder), 0o644)
      const umask = process.umask(0)
      yield* inStore(folder, (store) =>
        Effect.andThen(
          store.begin(turnOf()),
          Effect.sync(() => {
            process.umask(umask)
            const modes = databaseFiles.map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8))
            assert.deepStrictEqual(modes, ["600", "600", "600"])
          }),
        ),
      )
    }),
  )

  it.effect("is not read through when it was closed", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(folder, (store) => fill(store, 8))
      spoilPage(folder, rootPageOf(folder, "messages"))
      assert.strictEqual(yield* typeOf(folder), "opened")
    }),
  )
})

describe("a damaged database", () => {
  it.effect("is kept byte for byte, and a new one is begun, which says so", () =>
    Effect.gen(function* () {
      const folder = yield* damagedMessages
      const bytes = databaseFiles.slice(0, 2).map((name) => readFileSync(join(folder, name)))
      yield* inStore(
        folder,
        Effect.fnUntraced(function* (store) {
          assert.deepStrictEqual(yield* store.list({ limit: 9 }), [])
          const kept = keptFiles(folder)
          assert.deepStrictEqual(kept, [
            "conversations.damaged-1970-01-01T00-00-00.000Z.sqlite",
            "conversations.damaged-1970-01-01T00-00-00.000Z.sqlite-shm",
            "conversations.damaged-1970-01-01T00-00-00.000Z.sqlite-wal",
          ])
          const [main = "", , log = ""] = kept
          assert.isTrue(
            [main, log].every((name, index) => bytes[index]?.equals(readFileSync(join(folder, name)))),
          )
          const [state] = yield* Stream.runCollect(Stream.take(store.state, 1))
          assert.strictEqual(state?.type, "saving")
          assert.include(JSON.stringify(state), join(folder, main))
          yield* store.begin(turnOf())
        }),
      )
      assert.lengthOf(yield* inStore(folder, (store) => store.list({ limit: 9 })), 1)
    }),
  )

  it.effect("is one too where only its list of free pages is damaged", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* typeOf(yield* damagedFreePages), "damaged")
    }),
  )

  it.effect("never takes the place of another that is kept", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      for (const content of ["this is no database".repeat(99), "nor is this".repeat(99)]) {
        writeFileSync(mainFile(folder), content)
        assert.strictEqual(yield* typeOf(folder), "damaged")
      }
      const contents = keptFiles(folder).map((name) => readFileSync(join(folder, name), "utf8").slice(0, 4))
      assert.sameMembers(contents, ["this", "nor "])
    }),
  )

  it.effect("is noticed at work, and set aside when it is opened next", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(folder, (store) => fill(store, 8))
      spoilPage(folder, rootPageOf(folder, "messages"))
      yield* inStore(
        folder,
        Effect.fnUntraced(function* (store) {
          const error = yield* Effect.flip(store.messages("c1"))
          assert.strictEqual(error.reason, "Corrupt")
          assert.include(error.message, mainFile(folder))
        }),
      )
      assert.strictEqual(yield* typeOf(folder), "damaged")
    }),
  )

  const lostLogs: ReadonlyArray<[string, (folder: string) => void, Array<string>]> = [
    ["cannot be read", (folder) => writeFileSync(logOf(folder), Buffer.alloc(5000, 0xa5)), ["c1", "c0"]],
    ["lies beside an empty file", (folder) => truncateSync(mainFile(folder)), []],
  ]
  it.effect.each(lostLogs)(
    "is one whose log %s: SQLite would delete it, and it is kept",
    ([, damage, left]) =>
      Effect.gen(function* () {
        const written = yield* temporaryFolder
        yield* inStore(written, (store) => fill(store, 2))
        const folder = yield* inStore(written, (store) =>
          Effect.andThen(store.begin(turnOf({ conversationId: "in the log" })), killedCopy(written)),
        )
        damage(folder)
        const log = readFileSync(logOf(folder))
        yield* inStore(
          folder,
          Effect.fnUntraced(function* (store) {
            const [state] = yield* Stream.runCollect(Stream.take(store.state, 1))
            const [kept = "", ...others] = keptFiles(folder)
            assert.deepStrictEqual(others, [])
            assert.isTrue(log.equals(readFileSync(join(folder, kept))))
            assert.include(JSON.stringify(state), join(folder, kept))
            assert.deepStrictEqual(
              (yield* store.list({ limit: 9 })).map(({ id }) => id),
              left,
            )
          }),
        )
        assert.strictEqual(yield* typeOf(folder), "opened")
      }),
  )

  it.effect("is read through when its log is lost, though it was closed before", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(folder, (store) => fill(store, 8))
      spoilPage(folder, rootPageOf(folder, "messages"))
      writeFileSync(logOf(folder), Buffer.alloc(5000, 0xa5))
      assert.strictEqual(yield* typeOf(folder), "damaged")
    }),
  )

  it.effect("is brought together when the process died between two renames", () =>
    Effect.gen(function* () {
      const folder = yield* damagedMessages
      const log = readFileSync(join(folder, databaseFiles[1]))
      const kept = "conversations.damaged-2026-11-24T12-00-00.000Z.sqlite"
      renameSync(mainFile(folder), join(folder, `${kept}.part`))
      assert.strictEqual(yield* typeOf(folder), "opened")
      assert.sameMembers([...keptFiles(folder)], [kept, `${kept}-wal`, `${kept}-shm`])
      assert.isTrue(log.equals(readFileSync(join(folder, `${kept}-wal`))))
    }),
  )
})

describe("a database that cannot be used", () => {
  it.effect("is left as it is when it is of a newer version", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(folder, (store) => fill(store, 1))
      const database = new DatabaseSync(mainFile(folder))
      database.exec(
        "INSERT INTO migrations (migration_id, name) VALUES (99, 'of tomorrow'); PRAGMA user_version = 1",
      )
      database.close()
      const bytes = readFileSync(mainFile(folder))
      const outcome = yield* Effect.scoped(openDatabase({ folder }))
      assert.deepInclude(outcome, { type: "unusable", reason: "Newer" })
      const error = yield* Effect.flip(Effect.scoped(makeSqliteStore({ folder })))
      assert.include(error.message, "version 99")
      assert.include(error.message, mainFile(folder))
      assert.isTrue(bytes.equals(readFileSync(mainFile(folder))))
      assert.deepStrictEqual(keptFiles(folder), [])
    }),
  )

  it.effect("says so when there is no such folder, or a folder in its place", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      assert.strictEqual(yield* typeOf(join(folder, "missing")), "unusable")
      assert.isFalse(existsSync(join(folder, "missing")))
      mkdirSync(mainFile(folder))
      assert.strictEqual(yield* typeOf(folder), "unusable")
    }),
  )
})
