/** The log of events under way: whole batches, no gaps, and no rows of runs that have ended. */
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { defaults } from "@/server/store/sqlite/eventLog"
import { inStore, killedCopy, mainFile } from "@/tests/support/sqliteFolders"
import { eventsWriting, endingOf, turnOf, type Store } from "@/tests/support/storedConversations"
import { temporaryFolder } from "@/tests/support/temporaryFolder"

const written = eventsWriting("a", "b", "c", "d")
const numbersOf = (store: Store, runId: string) =>
  Effect.map(store.events({ runId, from: 0, limit: 99 }), (events) => events.map(({ sequence }) => sequence))

/** In the file, by a connection of its own. */
const rowsIn = (folder: string): number => {
  const database = new DatabaseSync(mainFile(folder), { readOnly: true })
  const row = database.prepare("SELECT count(*) AS rows FROM run_events").get()
  database.close()
  return Number(row?.["rows"])
}

const withStore = (use: (store: Store, folder: string) => Effect.Effect<void, unknown, Scope.Scope>) =>
  Effect.flatMap(temporaryFolder, (folder) => inStore(folder, (store) => use(store, folder)))

describe("the event log", () => {
  it.effect("is after a batch that failed as it was before, and goes on from there", () =>
    withStore(
      Effect.fnUntraced(function* (store) {
        yield* store.begin(turnOf())
        yield* store.begin(turnOf({ conversationId: "other" }))
        const runId = "chat-r1"
        yield* store.append([{ runId, events: written.slice(0, 3) }])
        const error = yield* Effect.flip(
          store.append([
            { runId, events: written.slice(3, 5) },
            { runId, events: written.slice(5, 6) },
            { runId: "nobody", events: written },
          ]),
        )
        assert.include(error.message, "nobody")
        assert.deepStrictEqual(yield* numbersOf(store, runId), [0, 1, 2])
        // What takes the place of the rows that were rolled back is not taken for the run's.
        yield* store.append([{ runId: "other-r1", events: written }])
        assert.deepStrictEqual(yield* numbersOf(store, runId), [0, 1, 2])
        yield* store.append([{ runId, events: written.slice(3) }])
        assert.deepStrictEqual(yield* numbersOf(store, runId), [0, 1, 2, 3, 4, 5, 6])
      }),
    ),
  )

  it.effect("is after a conversation that could not be replaced as it was before", () =>
    withStore(
      Effect.fnUntraced(function* (store) {
        yield* store.begin(turnOf())
        yield* store.append([{ runId: "chat-r1", events: written }])
        yield* store.begin(turnOf({ conversationId: "other" }))
        const { conversation, messages, run } = turnOf({ number: 2 })
        const running = { ...run, events: written }
        const taken = { ...running, id: "other-r1" }
        yield* Effect.flip(store.put({ conversation, messages, runs: [running, taken] }))
        assert.deepStrictEqual(yield* numbersOf(store, "chat-r1"), [0, 1, 2, 3, 4, 5, 6])
        const error = yield* Effect.flip(store.append([{ runId: "chat-r2", events: written }]))
        assert.include(error.message, "chat-r2")
      }),
    ),
  )

  it.effect("refuses a gap: a run could not go on from a text with a hole", () =>
    withStore(
      Effect.fnUntraced(function* (store) {
        yield* store.begin(turnOf())
        yield* store.append([{ runId: "chat-r1", events: written.slice(0, 3) }])
        const error = yield* Effect.flip(store.append([{ runId: "chat-r1", events: written.slice(4) }]))
        assert.include(error.message, "event 3, not with 4")
      }),
    ),
  )

  it.effect("takes nothing of a run that has ended", () =>
    withStore(
      Effect.fnUntraced(function* (store) {
        yield* store.begin(turnOf())
        yield* store.finish(endingOf(turnOf()))
        yield* Effect.flip(store.append([{ runId: "chat-r1", events: written }]))
      }),
    ),
  )

  it.effect("keeps no rows of runs that have ended or are gone, once the others have", () =>
    withStore(
      Effect.fnUntraced(function* (store, folder) {
        for (const conversationId of ["one", "two", "three"]) {
          yield* store.begin(turnOf({ conversationId }))
          yield* store.append([{ runId: `${conversationId}-r1`, events: written }])
        }
        yield* store.finish(endingOf(turnOf({ conversationId: "two" })))
        // It lies behind that of a run that goes on, until that ends or the database is opened anew.
        assert.strictEqual(rowsIn(folder), 3)
        const copy = yield* killedCopy(folder)
        yield* inStore(copy, () => Effect.sync(() => assert.strictEqual(rowsIn(copy), 2)))
        yield* store.finish(endingOf(turnOf({ conversationId: "one" })))
        assert.strictEqual(rowsIn(folder), 1)
        yield* store.setDeleted("three", 1)
        yield* store.purge(2)
        assert.strictEqual(rowsIn(folder), 0)
      }),
    ),
  )

  it.effect("is looked through when too many rows lie behind that of an interrupted run", () =>
    withStore(
      Effect.fnUntraced(function* (store, folder) {
        yield* store.begin(turnOf({ conversationId: "old" }))
        yield* store.append([{ runId: "old-r1", events: written }])
        yield* store.setStatus("old-r1", "interrupted")
        yield* store.begin(turnOf())
        const events = eventsWriting(...Array.from({ length: defaults.garbage }, () => "x"))
        yield* store.append(events.map((event) => ({ runId: "chat-r1", events: [event] })))
        assert.isAbove(rowsIn(folder), defaults.garbage)
        yield* store.finish(endingOf(turnOf()))
        assert.strictEqual(rowsIn(folder), 1)
        assert.deepStrictEqual(yield* numbersOf(store, "old-r1"), [0, 1, 2, 3, 4, 5, 6])
      }),
    ),
  )
})
