/** What waits for the disk, and what does not. */
import { readFileSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { makeConnection, type Connection, type Durability } from "@/server/store/sqlite/connection"
import { open } from "@/server/store/sqlite/databaseFile"
import { makeEventLog } from "@/server/store/sqlite/eventLog"
import { migrate } from "@/server/store/sqlite/migrations"
import { makeWrites } from "@/server/store/sqlite/writes"
import { mainFile } from "@/tests/support/sqliteFolders"
import { endingOf, eventsWriting, turnOf } from "@/tests/support/storedConversations"
import { temporaryFolder } from "@/tests/support/temporaryFolder"

const opened = Effect.gen(function* () {
  const path = mainFile(yield* temporaryFolder)
  const database: DatabaseSync = yield* Effect.acquireRelease(
    Effect.sync(() => open(path)),
    (held) => Effect.sync(() => held.close()),
  )
  const connection = yield* makeConnection(path, database)
  yield* migrate(connection.sql)
  const kinds: Array<Durability> = []
  const watched: Connection = {
    ...connection,
    write: (body, durability = "process") => {
      kinds.push(durability)
      return connection.write(body, durability)
    },
  }
  return { path, writes: makeWrites(watched, makeEventLog(database)), kinds }
})

describe("writes", () => {
  it.effect(
    "of a turn's beginning and end survive a loss of power; the others only wait for the system",
    () =>
      Effect.gen(function* () {
        const { writes, kinds } = yield* opened
        yield* writes.begin(turnOf())
        yield* writes.append([{ runId: "chat-r1", events: eventsWriting("a") }])
        yield* writes.finish(endingOf(turnOf()))
        yield* writes.update("chat", { title: "Oslo" })
        assert.deepStrictEqual(kinds, ["power", "process", "power", "process"])
      }),
  )

  it.effect("that purge leave none of the deleted words in the files", () =>
    Effect.gen(function* () {
      const { path, writes } = yield* opened
      const secret = "unmistakable ".repeat(400)
      const turn = turnOf()
      yield* writes.begin({ ...turn, messages: turn.messages.map((each) => ({ ...each, text: secret })) })
      yield* writes.append([{ runId: "chat-r1", events: eventsWriting("a") }])
      yield* writes.finish({ ...endingOf(turn), text: secret })
      const holds = () =>
        ["", "-wal"].filter((end) => readFileSync(path + end).includes("unmistakable unmistakable"))
      assert.isNotEmpty(holds())
      yield* writes.setDeleted("chat", 1)
      yield* writes.purge(2)
      assert.deepStrictEqual(holds(), [])
    }),
  )
})
