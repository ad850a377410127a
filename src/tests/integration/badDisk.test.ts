/** The real server on data folders that cannot be written, have no room left, or hold what it cannot read. */
import { cpSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { databaseFiles } from "@/server/store/sqlite/databaseFiles"
import { migrationsTable } from "@/server/store/sqlite/migrations"
import type { StoreError } from "@/services/conversations/ConversationStore"
import { canForbidWriting, canMount, contentsOf, readOnlyFolder, smallDisk } from "@/tests/support/badDisks"
import { buildCommander } from "@/tests/support/cliProcess"
import { chatsIn, chatWorks, noticeOf, serve, whole, whyOf } from "@/tests/support/pageOfServer"
import { fill, inStore, killedCopy, mainFile, spoilPage } from "@/tests/support/sqliteFolders"
import { turnOf } from "@/tests/support/storedConversations"
import { temporaryFolder } from "@/tests/support/temporaryFolder"
import { until } from "@/tests/support/waiting"

beforeAll(buildCommander)

const [mainName, logName] = databaseFiles

/** Those that are in the main file of a server's folder. */
const saved = ["c0", "c1", "c2"]

/** A closed server leaves those; one that was killed leaves another chat in its log. */
const homeLeftBy = (end: "close" | "kill") =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const home = join(folder, "home")
    const written = yield* temporaryFolder
    yield* inStore(written, (store) => fill(store, saved.length))
    const left =
      end === "close"
        ? written
        : yield* inStore(written, (store) =>
            Effect.andThen(store.begin(turnOf({ conversationId: "in the log" })), killedCopy(written)),
          )
    cpSync(left, home, { recursive: true })
    return { folder, home }
  })

describe.skipIf(!canForbidWriting)("a data folder that cannot be written", () => {
  const fillings: ReadonlyArray<[string, (home: string) => Effect.Effect<void, StoreError, Scope.Scope>]> = [
    ["empty", () => Effect.void],
    [
      "with saved chats",
      (home) =>
        Effect.map(homeLeftBy("close"), (full) => {
          cpSync(full.home, home, { recursive: true })
          new DatabaseSync(join(home, "lock.sqlite")).close()
        }),
    ],
  ]
  it.live.each(fillings)("%s: chats work in memory, everybody is told why, no file changes", ([, filling]) =>
    Effect.gen(function* () {
      const { home, launch } = yield* readOnlyFolder(filling)
      const before = contentsOf(home)
      const { commander, page } = yield* serve(launch)
      yield* until(() => /ERROR .*chats are kept in memory only: .*home/.test(commander.output()))
      yield* page.isTold("memory-only")
      assert.include(whyOf(page), home)
      assert.match(whyOf(page), /lost when Commander stops/)
      yield* chatWorks(page, "chat-1")
      assert.deepStrictEqual(yield* chatsIn(page), ["chat-1"])
      assert.deepStrictEqual(contentsOf(home), before)
      assert.strictEqual(yield* commander.end("SIGTERM"), 130)
      assert.deepStrictEqual(contentsOf(home), before)
    }).pipe(Effect.scoped),
  )
})

/** What SQLite says of a copy of the files, and the conversations that are in it. */
const readCopy = (home: string) =>
  Effect.map(killedCopy(home), (copy) => {
    const database = new DatabaseSync(mainFile(copy))
    const [checked] = database.prepare("PRAGMA integrity_check").all()
    const chats = database.prepare("SELECT id FROM conversations ORDER BY id").all()
    database.close()
    return { checked: { ...checked }, chats: chats.map(({ id }) => String(id)) }
  })

// Root alone can mount a disk of its own.
describe.skipIf(!canMount)("a disk that is full while an answer streams", () => {
  it.live("withholds no word, damages nothing, and what was in memory is saved once there is room", () =>
    Effect.gen(function* () {
      const disk = yield* smallDisk(8)
      const { upstream, commander, page } = yield* serve(disk.launch)
      const home = join(disk.folder, "home")
      yield* chatWorks(page, "before")
      upstream.script("openai", ["pace-50ms", "ok"])
      const answer = yield* page.ask("during")
      yield* until(() => answer.text() !== "")
      yield* disk.fillUp
      yield* page.isTold("memory-only")
      assert.match(whyOf(page), /no room left .*conversations\.sqlite/)
      yield* Fiber.join(answer.fiber)
      assert.strictEqual(answer.text(), whole.text)
      yield* chatWorks(page, "after")

      assert.deepStrictEqual(yield* page.answerIn("before"), whole)
      const meanwhile = yield* readCopy(home)
      assert.deepStrictEqual(meanwhile.checked, { integrity_check: "ok" })
      assert.notInclude(meanwhile.chats, "after")

      yield* disk.makeRoom
      yield* page.isTold("saving")
      const everything = ["after", "before", "during"]
      assert.deepStrictEqual(yield* readCopy(home), {
        checked: { integrity_check: "ok" },
        chats: everything,
      })
      yield* commander.end("SIGKILL")
      const next = yield* serve(disk.launch)
      assert.deepStrictEqual(yield* chatsIn(next.page), everything)
      for (const chat of everything) assert.deepStrictEqual(yield* next.page.answerIn(chat), whole)
      assert.lengthOf(next.upstream.requests(), 0)
    }).pipe(Effect.scoped),
  )
})

const keptIn = (home: string): ReadonlyArray<string> =>
  readdirSync(home).filter((name) => name.includes("damaged"))

/** Pages with texts of messages. */
const spoil = (home: string): void => {
  for (let page = 31; page <= 45; page += 1) spoilPage(home, page)
}

describe("a database that is damaged", () => {
  const noise = Buffer.alloc(50_000, 0xa5)
  const damages: ReadonlyArray<
    [string, { damage: (home: string) => void; keeps: ReadonlyArray<string>; shows: ReadonlyArray<string> }]
  > = [
    ["has noise in its middle", { damage: spoil, keeps: [mainName, logName], shows: [] }],
    [
      "is cut off",
      { damage: (home) => truncateSync(mainFile(home), 60_000), keeps: [mainName, logName], shows: [] },
    ],
    [
      "is a text",
      {
        damage: (home) => writeFileSync(mainFile(home), "My chats are here. ".repeat(400)),
        keeps: [mainName, logName],
        shows: [],
      },
    ],
    [
      "is empty beside its log",
      { damage: (home) => truncateSync(mainFile(home)), keeps: [logName], shows: [] },
    ],
    [
      "has a log of noise",
      { damage: (home) => writeFileSync(join(home, logName), noise), keeps: [logName], shows: saved },
    ],
  ]
  it.live.each(damages)(
    "%s: what cannot be read is kept byte for byte, the user is told, and chats work",
    ([, { damage, keeps, shows }]) =>
      Effect.gen(function* () {
        const { folder, home } = yield* homeLeftBy("kill")
        damage(home)
        const before = contentsOf(home)
        const { commander, page } = yield* serve({ folder })
        yield* chatWorks(page, "new")
        yield* until(() => noticeOf(page) !== "")
        const kept = keptIn(home)
        assert.include(noticeOf(page), join(home, kept[0] ?? "nothing"))
        const after = contentsOf(home)
        // SQLite's index of the log is no part of what was saved.
        const contents = kept.filter((name) => !name.endsWith("-shm")).map((name) => after[name])
        assert.sameMembers(
          contents,
          keeps.map((name) => before[name]),
        )
        assert.deepStrictEqual(yield* chatsIn(page), [...shows, "new"])
        for (const chat of shows) yield* page.chats.open(chat)
        yield* commander.end("SIGTERM")

        const next = yield* serve({ folder })
        assert.deepStrictEqual(yield* chatsIn(next.page), [...shows, "new"])
        yield* next.page.isTold("saving")
        assert.deepStrictEqual(next.page.told(), { type: "saving" })
        assert.deepStrictEqual(keptIn(home), kept)
      }).pipe(Effect.scoped),
  )

  it.live("says so when it is met, where it was closed before, and is kept at the next start", () =>
    Effect.gen(function* () {
      const { folder, home } = yield* homeLeftBy("close")
      spoil(home)
      const first = yield* serve({ folder })
      const error = yield* Effect.flip(Effect.forEach(saved, (chat) => first.page.chats.open(chat)))
      assert.strictEqual(error.reason, "StoreFailed")
      assert.match(error.message, /conversations\.sqlite is damaged .*start Commander again/)
      yield* first.commander.end("SIGTERM")
      const before = contentsOf(home)[mainName]
      const next = yield* serve({ folder })
      yield* chatWorks(next.page, "new")
      const kept = keptIn(home).map((name) => contentsOf(home)[name])
      assert.include(kept, before)
    }).pipe(Effect.scoped),
  )

  it.live("is none where the file is empty, as a start that was cut short leaves it", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      mkdirSync(join(folder, "home"))
      writeFileSync(mainFile(join(folder, "home")), "")
      const { page } = yield* serve({ folder })
      yield* chatWorks(page, "new")
      assert.deepStrictEqual(page.told(), { type: "saving" })
      assert.deepStrictEqual(keptIn(join(folder, "home")), [])
    }).pipe(Effect.scoped),
  )
})

describe("a database of a newer Commander", () => {
  it.live("is left alone, everybody is told, and chats work in memory", () =>
    Effect.gen(function* () {
      const { folder, home } = yield* homeLeftBy("close")
      const database = new DatabaseSync(mainFile(home))
      database.exec(`INSERT INTO ${migrationsTable} (migration_id, name) VALUES (99, 'tomorrow')`)
      database.close()
      const before = contentsOf(home)
      const { commander, page } = yield* serve({ folder })
      yield* page.isTold("memory-only")
      assert.match(whyOf(page), /version 99, made by a newer Commander/)
      yield* until(() => /ERROR .*newer Commander/.test(commander.output()))
      yield* chatWorks(page, "new")
      yield* commander.end("SIGTERM")
      assert.include(contentsOf(home), before)
    }).pipe(Effect.scoped),
  )
})
