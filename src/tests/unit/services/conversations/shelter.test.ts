import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { StoreError } from "@/services/conversations/ConversationStore"
import { shelterOf } from "@/services/conversations/shelter"
import { unusableStore } from "@/services/conversations/unusableStore"
import { diskFull, makeFailingStore, type FailingStore } from "../../../support/failingStore"
import {
  dataOf,
  endingOf,
  eventsOfAnswer,
  eventsWriting,
  minute,
  noon,
  plain,
  turnOf,
  type Store,
} from "../../../support/storedConversations"

const sheltered = (
  name: string,
  check: (store: Store, primary: FailingStore) => Effect.Effect<void, unknown, Scope.Scope>,
) =>
  it.effect(name, () => {
    const primary = makeFailingStore()
    return Effect.flatMap(shelterOf(primary), (store) => check(store, primary))
  })

const stateOf = (store: Store) =>
  Effect.map(Stream.runCollect(Stream.take(store.state, 1)), ([state]) => state)

const wholeOf = (store: Store, id = "chat") =>
  Effect.map(store.whole(id), (whole) => (whole === undefined ? undefined : plain(whole)))

const loggedOf = (store: Store, runId = "chat-r1") =>
  Effect.map(store.events({ runId, from: 0, limit: 1000 }), dataOf)

const later = TestClock.adjust("10 seconds")

/** What is in the shelter is in the primary, and so is nothing else. */
const allIsBack = Effect.fnUntraced(function* (store: Store, primary: FailingStore) {
  const ids = yield* store.ids
  expect(yield* primary.inside.ids).toEqual(ids)
  for (const id of ids) expect(yield* wholeOf(primary.inside, id)).toEqual(yield* wholeOf(store, id))
  expect(yield* stateOf(store)).toEqual({ type: "saving" })
})

describe("while the primary does not write", () => {
  sheltered(
    "a turn goes on in memory, to its end, and the state says that it is not saved",
    (store, primary) =>
      Effect.gen(function* () {
        expect(yield* stateOf(store)).toEqual({ type: "saving" })
        primary.failWrites("Full")
        yield* store.begin(turnOf())
        const state = yield* stateOf(store)
        expect(state?.type).toBe("memory-only")
        expect(state).toMatchObject({ why: expect.stringContaining(diskFull) })
        yield* store.append([{ runId: "chat-r1", events: eventsOfAnswer(["An ", "answer"]) }])
        yield* store.finish(endingOf(turnOf()))
        expect((yield* store.branch("chat-a1")).map(({ text }) => text)).toEqual(["Question 1", "An answer"])
        expect(yield* primary.inside.ids).toEqual([])
      }),
  )

  sheltered("what is saved already is read on, and stays as it is", (store, primary) =>
    Effect.gen(function* () {
      yield* store.begin(turnOf())
      yield* store.finish(endingOf(turnOf()))
      yield* store.begin(turnOf({ conversationId: "other", at: noon + minute }))
      const before = yield* wholeOf(primary.inside)
      primary.failWrites("ReadOnly")
      yield* store.begin(turnOf({ number: 2, at: noon + 2 * minute, parentId: "chat-a1", question: "Two?" }))
      expect(yield* wholeOf(primary.inside)).toEqual(before)
      expect((yield* store.list({ limit: 10 })).map(({ id }) => id)).toEqual(["chat", "other"])
      expect((yield* store.messages("chat")).map(({ id }) => id)).toEqual([
        "chat-q1",
        "chat-a1",
        "chat-q2",
        "chat-a2",
      ])
      expect((yield* store.runningRuns).map(({ id }) => id)).toEqual(["other-r1", "chat-r2"])
      expect((yield* store.search({ text: "question", limit: 10 })).map((hit) => hit.messageId)).toEqual([
        "other-q1",
        "chat-q1",
      ])
      expect((yield* store.search({ text: "two", limit: 10 })).map((hit) => hit.messageId)).toEqual([
        "chat-q2",
      ])
    }),
  )

  sheltered("what was used before and what is used in memory are summed up", (store, primary) =>
    Effect.gen(function* () {
      yield* store.begin(turnOf())
      yield* store.finish(endingOf(turnOf()))
      primary.failWrites("Full")
      const next = turnOf({ number: 2, at: noon + minute, parentId: "chat-a1" })
      yield* store.begin(next)
      yield* store.finish(endingOf(next))
      for (const by of ["conversation", "day", "model"] as const)
        expect(yield* store.usage({ by, limit: 10 })).toMatchObject([{ attempts: 2, usd: 0.004 }])
    }),
  )

  sheltered("pages of the list lack nothing, although what is in memory has moved up", (store, primary) =>
    Effect.gen(function* () {
      for (const conversationId of ["a", "b", "c", "d"]) yield* store.begin(turnOf({ conversationId }))
      primary.failWrites("Full")
      yield* store.begin(turnOf({ conversationId: "c", number: 2, at: noon + minute }))
      const first = yield* store.list({ limit: 2 })
      expect(first.map(({ id }) => id)).toEqual(["c", "d"])
      const rest = yield* store.list({ limit: 2, after: { pinned: false, updatedAt: noon, id: "d" } })
      expect(rest.map(({ id }) => id)).toEqual(["b", "a"])
    }),
  )

  sheltered("a batch over several runs is in memory whole", (store, primary) =>
    Effect.gen(function* () {
      const [one, two] = [eventsWriting("one"), eventsWriting("two", "!")]
      yield* store.begin(turnOf({ conversationId: "one" }))
      yield* store.begin(turnOf({ conversationId: "two" }))
      yield* store.append([{ runId: "one-r1", events: one.slice(0, 2) }])
      primary.failWrites("Full")
      yield* store.update("two", { title: "in memory already" })
      yield* store.append([
        { runId: "one-r1", events: one.slice(2) },
        { runId: "two-r1", events: two },
      ])
      expect(yield* loggedOf(store, "one-r1")).toEqual(dataOf(one))
      expect(yield* loggedOf(store, "two-r1")).toEqual(dataOf(two))
    }),
  )

  sheltered("an import is refused", (store, primary) =>
    Effect.gen(function* () {
      primary.failWrites("Full")
      const { conversation, messages } = turnOf()
      const error = yield* Effect.flip(store.put({ conversation, messages, runs: [] }))
      expect(error.reason).toBe("Full")
      expect(yield* stateOf(store)).toEqual({ type: "saving" })
    }),
  )

  sheltered("what it has deleted is not said to be unknown when it cannot be shown again", (store, primary) =>
    Effect.gen(function* () {
      yield* store.begin(turnOf())
      yield* store.setDeleted("chat", noon)
      primary.failWrites("Full")
      expect(yield* Effect.flip(store.setDeleted("chat", undefined))).toMatchObject({ reason: "Full" })
      expect(yield* store.update("nobody", { title: "?" })).toBe(false)
      expect(yield* stateOf(store)).toEqual({ type: "saving" })
    }),
  )
})

describe("a write that is wrong in itself", () => {
  for (const reason of [undefined, "Full"] as const)
    sheltered(`is refused and shelters nothing, where the disk is ${reason ?? "well"}`, (store, primary) =>
      Effect.gen(function* () {
        yield* store.begin(turnOf())
        primary.failWrites(reason)
        const elsewhere = turnOf({ conversationId: "other" })
        yield* Effect.flip(store.begin({ ...elsewhere, run: { ...elsewhere.run, id: "chat-r1" } }))
        yield* Effect.flip(store.begin({ ...turnOf({ number: 2 }), run: turnOf().run }))
        yield* Effect.flip(store.append([{ runId: "nobody", events: eventsWriting("lost") }]))
        yield* Effect.flip(
          store.append([
            { runId: "chat-r1", events: eventsWriting("lost") },
            { runId: "nobody", events: eventsWriting("lost") },
          ]),
        )
        expect(yield* loggedOf(store)).toEqual([])
        expect(yield* store.ids).toEqual(["chat"])
        expect(yield* stateOf(store)).toEqual({ type: "saving" })
      }),
    )
})

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

  sheltered("meets writes of other fibers: no event is lost, none comes twice", (store, primary) =>
    Effect.gen(function* () {
      const names = Array.from({ length: 8 }, (_, index) => `c${index}`)
      const events = eventsWriting(...Array.from({ length: 97 }, (_, index) => `${index} `))
      const write = Effect.fnUntraced(function* (conversationId: string) {
        yield* store.begin(turnOf({ conversationId }))
        for (const event of events) {
          yield* store.append([{ runId: `${conversationId}-r1`, events: [event] }])
          yield* Effect.sleep("1 second")
        }
      })
      const writers = yield* Effect.forkChild(Effect.forEach(names, write, { concurrency: "unbounded" }))
      for (let second = 0; writers.pollUnsafe() === undefined; second++) {
        primary.failWrites(second % 7 < 4 ? "Full" : undefined)
        yield* TestClock.adjust("1 second")
      }
      yield* Fiber.join(writers)
      primary.failWrites(undefined)
      yield* later
      yield* allIsBack(store, primary)
      for (const name of names) expect(yield* loggedOf(store, `${name}-r1`)).toEqual(dataOf(events))
    }),
  )
})

describe("where the primary cannot be read either", () => {
  sheltered("a run goes on in memory, and is joined to what the primary has of it", (store, primary) =>
    Effect.gen(function* () {
      const events = eventsWriting("one ", "two ", "three")
      yield* store.begin(turnOf())
      yield* store.finish(endingOf(turnOf()))
      yield* store.update("chat", { title: "Named", pinned: true })
      yield* store.begin(turnOf({ number: 2, at: noon + minute, parentId: "chat-a1" }))
      yield* store.append([{ runId: "chat-r2", events: events.slice(0, 4) }])
      primary.failWrites("Corrupt")
      primary.failReads("Corrupt")
      yield* store.append([{ runId: "chat-r2", events: events.slice(4) }])
      expect(yield* loggedOf(store, "chat-r2")).toEqual(dataOf(events.slice(4)))
      yield* later
      primary.failWrites(undefined)
      primary.failReads(undefined)
      yield* later
      yield* allIsBack(store, primary)
      expect(yield* loggedOf(store, "chat-r2")).toEqual(dataOf(events))
      expect(yield* store.conversation("chat")).toMatchObject({
        summary: { title: "Named", pinned: true, leafId: "chat-a2", isRunning: true },
      })
      expect(yield* store.messages("chat")).toHaveLength(4)
    }),
  )

  sheltered("a new chat can be begun, and one that is there is not replaced by it", (store, primary) =>
    Effect.gen(function* () {
      yield* store.begin(turnOf())
      yield* store.finish(endingOf(turnOf()))
      primary.failWrites("Failed")
      primary.failReads("Failed")
      yield* store.begin(turnOf({ conversationId: "new" }))
      yield* store.begin(turnOf({ number: 2, at: noon + minute, parentId: "chat-a1" }))
      expect(yield* store.messages("new")).toHaveLength(2)
      expect(yield* Effect.flip(store.update("unread", { title: "?" }))).toMatchObject({ reason: "Failed" })
      primary.failWrites(undefined)
      primary.failReads(undefined)
      yield* later
      yield* allIsBack(store, primary)
      expect((yield* store.messages("chat")).map(({ text }) => text)).toEqual([
        "Question 1",
        "An answer",
        "Question 2",
        "",
      ])
    }),
  )
})

describe("over a store that could not be opened", () => {
  it.effect("chats are kept in memory, and the state says so from the beginning", () =>
    Effect.gen(function* () {
      const error = new StoreError({
        reason: "ReadOnly",
        message: "/home/chats is read-only: make it writable.",
      })
      const store = yield* shelterOf(unusableStore(error))
      const state = yield* stateOf(store)
      expect(state).toEqual({ type: "memory-only", why: expect.stringContaining(error.message) })
      yield* store.begin(turnOf())
      yield* later
      expect(yield* store.messages("chat")).toHaveLength(2)
      expect(yield* stateOf(store)).toEqual(state)
    }),
  )
})
