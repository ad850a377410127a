/** A shelter over a store that fails on demand, and what can be seen of both. */
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { shelterOf } from "@/services/conversations/shelter"
import { makeFailingStore, type FailingStore } from "./failingStore"
import { dataOf, plain, type Store } from "./storedConversations"

export const sheltered = (
  name: string,
  check: (store: Store, primary: FailingStore) => Effect.Effect<void, unknown, Scope.Scope>,
) =>
  it.effect(name, () => {
    const primary = makeFailingStore()
    return Effect.flatMap(shelterOf(primary), (store) => check(store, primary))
  })

export const stateOf = (store: Store) =>
  Effect.map(Stream.runCollect(Stream.take(store.state, 1)), ([state]) => state)

export const wholeOf = (store: Store, id = "chat") =>
  Effect.map(store.whole(id), (whole) => (whole === undefined ? undefined : plain(whole)))

export const loggedOf = (store: Store, runId = "chat-r1") =>
  Effect.map(store.events({ runId, from: 0, limit: 1000 }), dataOf)

export const later = TestClock.adjust("10 seconds")

/** What is in the shelter is in the primary, and so is nothing else. */
export const allIsBack = Effect.fnUntraced(function* (store: Store, primary: FailingStore) {
  const ids = yield* store.ids
  expect(yield* primary.inside.ids).toEqual(ids)
  for (const id of ids) expect(yield* wholeOf(primary.inside, id)).toEqual(yield* wholeOf(store, id))
  expect(yield* stateOf(store)).toEqual({ type: "saving" })
})
