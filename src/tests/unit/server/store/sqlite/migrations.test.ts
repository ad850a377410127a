/** A database of every earlier version is brought to the newest with all that is in it. */
import type { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { encodeEvents } from "@/services/conversations/eventCodec"
import { makeConnection } from "@/server/store/sqlite/connection"
import { open } from "@/server/store/sqlite/databaseFile"
import { migrate, migrations } from "@/server/store/sqlite/migrations"
import { inStore, mainFile } from "@/tests/support/sqliteFolders"
import { eventsOfAnswer, eventsWriting, noon, type Store } from "@/tests/support/storedConversations"
import { costs, openai, overloaded, record, reported } from "@/tests/support/planEvents"
import { temporaryFolder } from "@/tests/support/temporaryFolder"

const written = eventsWriting("half ", "an ")
const attempts = [
  record(1, openai, { error: overloaded, usage: { source: "unknown" }, cost: { source: "unknown" } }),
  record(2, openai, { usage: reported(10), cost: costs(0.25) }),
]

/** By SQL alone, as the code of that time did it: these statements stay as they are. */
const fillVersion1 = (database: DatabaseSync): void => {
  const parameters = '{"preferredProvider":{"key":"openai"}}'
  database.exec(`
    INSERT INTO conversations VALUES (1, 'chat', 0, ${noon}, ${noon}, NULL, 'a2', 'Sailing to Ålesund', 'draft');
    INSERT INTO messages VALUES (11, 'q1', 1, NULL, 'user', ${noon}, NULL, 'Is there a ferry?');
    INSERT INTO messages VALUES (12, 'a1', 1, 'q1', 'assistant', ${noon}, NULL, 'Hurtigruten stops there.');
    INSERT INTO messages VALUES (13, 'a2', 1, 'q1', 'assistant', ${noon}, NULL, '');
  `)
  database
    .prepare(
      "INSERT INTO runs VALUES (1, 'r1', 1, 12, 'completed', ?, ?, 1, ?, ?), (2, 'r2', 1, 13, 'running', ?, NULL, 1, ?, NULL)",
    )
    .run(
      noon,
      noon,
      parameters,
      encodeEvents(eventsOfAnswer(["Hurtigruten stops there."], attempts)),
      noon,
      parameters,
    )
  const insert = database.prepare("INSERT INTO run_events (run_key, last, events) VALUES (2, ?, ?)")
  insert.run(2, encodeEvents(written.slice(0, 3)))
  insert.run(4, encodeEvents(written.slice(3)))
}

const readAll = (store: Store) =>
  Effect.gen(function* () {
    const found = (text: string) =>
      Effect.map(store.search({ text, limit: 9 }), (hits) => hits.map((hit) => hit.messageId))
    assert.deepStrictEqual(yield* found("ferry"), ["q1"])
    assert.deepStrictEqual(yield* found("hurtig"), ["a1"])
    assert.deepStrictEqual(yield* found("alesund"), [undefined])
    assert.deepStrictEqual(yield* store.usage({ by: "model", limit: 9 }), [
      {
        key: "openai/gpt-5.4",
        label: "openai/gpt-5.4",
        attempts: 2,
        inputTokens: 3,
        outputTokens: 10,
        usd: 0.25,
        isComplete: false,
      },
    ])
    const branch = yield* store.branch("a2")
    assert.deepStrictEqual(
      branch.map(({ id }) => id),
      ["q1", "a2"],
    )
    assert.deepInclude(yield* store.conversation("chat"), { draft: "draft" })
    const more = eventsWriting("half ", "an ", "answer").slice(5)
    yield* store.append([{ runId: "r2", events: more }])
    const events = yield* store.events({ runId: "r2", from: 0, limit: 99 })
    assert.deepStrictEqual(events, [...written, ...more])
    yield* store.update("chat", { title: "Bergen" })
    assert.deepStrictEqual(yield* found("alesund"), [])
  })

describe("migrate", () => {
  it.effect.each(migrations.slice(0, -1).map(({ name }, index) => ({ version: index + 1, name })))(
    "brings version $version ($name) to the newest",
    ({ version }) =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const database = open(mainFile(folder))
        const { sql } = yield* makeConnection(mainFile(folder), database)
        yield* migrate(sql, migrations.slice(0, version))
        fillVersion1(database)
        database.close()
        yield* inStore(folder, readAll)
      }),
  )

  it.effect("leaves the database as it was when a step fails", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const database = open(mainFile(folder))
      const { sql } = yield* makeConnection(mainFile(folder), database)
      yield* migrate(sql, migrations.slice(0, 1))
      const names = () => database.prepare("SELECT name FROM sqlite_schema ORDER BY name").all()
      const before = names()
      const broken = { name: "broken", statements: ["CREATE TABLE half (made)", "CREATE TABLE half (again)"] }
      yield* Effect.flip(migrate(sql, [...migrations, broken]))
      assert.deepStrictEqual(names(), before)
      yield* migrate(sql)
      assert.isAbove(names().length, before.length)
      database.close()
    }),
  )
})
