/** A disk without room: what is refused is refused as a whole, and what is saved stays. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { makeSqliteStore } from "@/server/store/sqlite/sqliteStore"
import { fill, inStore, mainFile } from "@/tests/support/sqliteFolders"
import { endingOf, eventsWriting, noon, turnOf } from "@/tests/support/storedConversations"
import { temporaryFolder } from "@/tests/support/temporaryFolder"

const long = "lorem ipsum dolor ".repeat(5000)
const turn = turnOf()
const logged = eventsWriting("saved")
const further = eventsWriting("saved", long).slice(logged.length)

/** A store with a run in it, on a disk that is as good as full. */
const fullStore = (folder: string) =>
  Effect.gen(function* () {
    yield* inStore(
      folder,
      Effect.fnUntraced(function* (store) {
        yield* fill(store, 3)
        yield* store.begin(turn)
        yield* store.append([{ runId: turn.run.id, events: logged }])
      }),
    )
    return yield* makeSqliteStore({ folder, maxPages: 1 })
  })

describe("a store on a full disk", () => {
  it.effect("refuses what needs room, says why, and keeps all that it has", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const scope = yield* Scope.make()
      const store = yield* Scope.provide(fullStore(folder), scope)
      const read = Effect.all([
        store.list({ limit: 9 }),
        store.messages("c0"),
        store.search({ text: "lorem", limit: 9 }),
        store.usage({ by: "day", limit: 9 }),
        store.events({ runId: turn.run.id, from: 0, limit: 99 }),
        store.run(turn.run.id),
      ])
      const before = yield* read
      const refused = [
        store.append([{ runId: turn.run.id, events: further }]),
        store.begin(turnOf({ conversationId: "more", question: long })),
        store.finish(endingOf(turn, { pieces: [long] })),
        store.update("c0", { draft: long }),
        store.put({
          conversation: { id: "c0", title: "", pinned: false, createdAt: noon, updatedAt: noon, draft: long },
          messages: [],
          runs: [],
        }),
      ]
      for (const write of refused) {
        const error = yield* Effect.flip(write)
        assert.strictEqual(error.reason, "Full")
        assert.include(error.message, mainFile(folder))
        assert.deepStrictEqual(yield* read, before)
      }
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(yield* inStore(folder, (again) => again.list({ limit: 9 })), before[0])
    }),
  )

  it.effect("goes on in the same log when there is room again", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* Effect.scoped(
        Effect.flatMap(fullStore(folder), (store) =>
          Effect.flip(store.append([{ runId: turn.run.id, events: further }])),
        ),
      )
      yield* inStore(
        folder,
        Effect.fnUntraced(function* (store) {
          yield* store.append([{ runId: turn.run.id, events: further }])
          const events = yield* store.events({ runId: turn.run.id, from: 0, limit: 99 })
          assert.deepStrictEqual(
            events.map(({ sequence }) => sequence),
            [0, 1, 2, 3, 4],
          )
        }),
      )
    }),
  )
})
