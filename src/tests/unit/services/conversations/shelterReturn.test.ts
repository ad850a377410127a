import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { StoreError } from "@/services/conversations/ConversationStore"
import { shelterOf } from "@/services/conversations/shelter"
import { diskFull, makeFailingStore } from "../../../support/failingStore"
import { allIsBack, later, loggedOf, sheltered, stateOf } from "../../../support/shelters"
import { dataOf, eventsWriting, minute, noon, turnOf } from "../../../support/storedConversations"

describe("the way back", () => {
  sheltered("is tried every ten seconds, and viewers are told", (store, primary) =>
    Effect.gen(function* () {
      const states = yield* Effect.forkScoped(Stream.runCollect(Stream.take(store.state, 3)), {
        startImmediately: true,
      })
      yield* TestClock.adjust(1)
      primary.failWrites("Full")
      yield* store.begin(turnOf())
      yield* later
      expect(yield* primary.inside.ids).toEqual([])
      primary.failWrites(undefined)
      yield* TestClock.adjust("9 seconds")
      expect(yield* primary.inside.ids).toEqual([])
      yield* TestClock.adjust("1 second")
      yield* allIsBack(store, primary)
      expect((yield* Fiber.join(states)).map(({ type }) => type)).toEqual(["saving", "memory-only", "saving"])
    }),
  )

  sheltered("takes a run with it that is running, which goes on in the same log", (store, primary) =>
    Effect.gen(function* () {
      const events = eventsWriting("one ", "two ", "three ", "four")
      yield* store.begin(turnOf())
      yield* store.append([{ runId: "chat-r1", events: events.slice(0, 4) }])
      primary.failWrites("Full")
      yield* store.append([{ runId: "chat-r1", events: events.slice(4, 6) }])
      primary.failWrites(undefined)
      yield* later
      yield* store.append([{ runId: "chat-r1", events: events.slice(6) }])
      yield* allIsBack(store, primary)
      expect(yield* loggedOf(primary.inside)).toEqual(dataOf(events))
    }),
  )

  sheltered("takes changes, deletions and what was purged with it", (store, primary) =>
    Effect.gen(function* () {
      for (const conversationId of ["renamed", "deleted", "purged"])
        yield* store.begin(turnOf({ conversationId }))
      primary.failWrites("Full")
      yield* store.update("renamed", { title: "Oslo", pinned: true })
      yield* store.setDeleted("purged", noon)
      yield* store.purge(noon + 1)
      yield* store.setDeleted("deleted", noon + minute)
      yield* store.setDeleted("deleted", undefined)
      expect(yield* store.ids).toEqual(["renamed", "deleted"])
      yield* store.setDeleted("deleted", noon + minute)
      expect(yield* store.ids).toEqual(["renamed"])
      expect(yield* primary.inside.ids).toEqual(["renamed", "deleted", "purged"])
      primary.failWrites(undefined)
      yield* later
      yield* allIsBack(store, primary)
      expect(yield* store.setDeleted("purged", undefined)).toBe(false)
      expect(yield* store.setDeleted("deleted", undefined)).toBe(true)
      expect(yield* store.messages("deleted")).toHaveLength(2)
    }),
  )

  sheltered("is tried once more at the end", (_, primary) =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const store = yield* Scope.provide(shelterOf(primary), scope)
      primary.failWrites("Full")
      yield* store.begin(turnOf())
      primary.failWrites(undefined)
      yield* Scope.close(scope, Exit.void)
      expect(yield* primary.inside.messages("chat")).toHaveLength(2)
    }),
  )

  it.effect("is safe to fail half-way: what is deleted stays hidden until it is deleted there", () =>
    Effect.gen(function* () {
      const primary = makeFailingStore()
      let refusesDeletion = true
      const store = yield* shelterOf({
        ...primary,
        setDeleted: (id, at) =>
          refusesDeletion
            ? Effect.fail(new StoreError({ reason: "Full", message: diskFull }))
            : primary.setDeleted(id, at),
      })
      yield* store.begin(turnOf())
      yield* store.setDeleted("chat", noon)
      yield* later
      expect(yield* store.ids).toEqual([])
      expect((yield* stateOf(store))?.type).toBe("memory-only")
      refusesDeletion = false
      yield* later
      yield* allIsBack(store, primary)
      expect(yield* store.setDeleted("chat", undefined)).toBe(true)
    }),
  )

  it.effect("is open to the others when one conversation cannot go it", () =>
    Effect.gen(function* () {
      const primary = makeFailingStore()
      const store = yield* shelterOf({
        ...primary,
        put: (whole) =>
          whole.conversation.id === "odd"
            ? Effect.fail(new StoreError({ reason: "Failed", message: "It is odd." }))
            : primary.put(whole),
      })
      primary.failWrites("Full")
      yield* store.begin(turnOf({ conversationId: "odd" }))
      yield* store.begin(turnOf())
      primary.failWrites(undefined)
      yield* later
      expect(yield* primary.inside.ids).toEqual(["chat"])
      expect((yield* store.ids).toSorted()).toEqual(["chat", "odd"])
      expect((yield* stateOf(store))?.type).toBe("memory-only")
    }),
  )

  it.effect("is waited for by what is written meanwhile, so that no event stays behind", () =>
    Effect.gen(function* () {
      const primary = makeFailingStore()
      const latch = yield* Latch.make()
      const store = yield* shelterOf({
        ...primary,
        put: (whole) => Effect.andThen(latch.await, primary.put(whole)),
      })
      const events = eventsWriting("before ", "meanwhile")
      primary.failWrites("Full")
      yield* store.begin(turnOf())
      yield* store.append([{ runId: "chat-r1", events: events.slice(0, 4) }])
      primary.failWrites(undefined)
      yield* later
      const appending = yield* Effect.forkChild(
        store.append([{ runId: "chat-r1", events: events.slice(4) }]),
        {
          startImmediately: true,
        },
      )
      yield* latch.open
      yield* Fiber.join(appending)
      expect(yield* loggedOf(primary.inside)).toEqual(dataOf(events))
      yield* allIsBack(store, primary)
    }),
  )

  it.effect("waits for what is read meanwhile, so that nothing is missing from a list", () =>
    Effect.gen(function* () {
      const primary = makeFailingStore()
      const latch = yield* Latch.make()
      const store = yield* shelterOf({
        ...primary,
        list: (query) => Effect.tap(primary.list(query), () => latch.await),
      })
      primary.failWrites("Full")
      yield* store.begin(turnOf())
      primary.failWrites(undefined)
      const listing = yield* Effect.forkChild(store.list({ limit: 10 }), { startImmediately: true })
      yield* later
      yield* latch.open
      expect(yield* Fiber.join(listing)).toMatchObject([{ id: "chat" }])
      yield* later
      yield* allIsBack(store, primary)
    }),
  )
})
