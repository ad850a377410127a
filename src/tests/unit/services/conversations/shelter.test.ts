import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { StoreError } from "@/services/conversations/ConversationStore"
import { shelterOf } from "@/services/conversations/shelter"
import { unusableStore } from "@/services/conversations/unusableStore"
import { diskFull } from "../../../support/failingStore"
import { costs, openai, record } from "../../../support/planEvents"
import { later, loggedOf, sheltered, stateOf, wholeOf } from "../../../support/shelters"
import {
  dataOf,
  endingOf,
  eventsOfAnswer,
  eventsWriting,
  minute,
  noon,
  turnOf,
} from "../../../support/storedConversations"

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

  sheltered("what is found and used is not cut short by what is hidden", (store, primary) =>
    Effect.gen(function* () {
      for (const [index, conversationId] of ["a", "b", "c"].entries()) {
        const turn = turnOf({ conversationId, at: noon + index * minute })
        yield* store.begin(turn)
        yield* store.finish(endingOf(turn, { attempts: [record(1, openai, { cost: costs(index + 1) })] }))
      }
      primary.failWrites("Full")
      yield* store.setDeleted("c", noon)
      const next = turnOf({ conversationId: "a", number: 2 })
      yield* store.begin(next)
      yield* store.finish(endingOf(next, { attempts: [record(1, openai, { cost: costs(9) })] }))
      const hits = yield* store.search({ text: "question", limit: 1 })
      expect(hits.map(({ messageId }) => messageId)).toEqual(["b-q1"])
      expect(yield* store.usage({ by: "conversation", limit: 1 })).toMatchObject([{ key: "a", usd: 10 }])
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

  sheltered("leaves its conversation where it is", (store, primary) =>
    Effect.gen(function* () {
      const events = eventsWriting("kept")
      yield* store.begin(turnOf())
      primary.failWrites("Full")
      // Its messages are there already.
      yield* Effect.flip(store.begin({ ...turnOf(), run: { ...turnOf().run, id: "chat-r9" } }))
      primary.failWrites(undefined)
      yield* store.append([{ runId: "chat-r1", events }])
      expect(yield* loggedOf(primary.inside)).toEqual(dataOf(events))
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
