/** Whole conversations, from one store to another. */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { WholeConversation } from "@/services/conversations/ConversationStore"
import { overloaded, openai, record } from "../support/planEvents"
import {
  dataOf,
  endingOf,
  messageDataOf,
  eventsWriting,
  minute,
  noon,
  plain,
  turnOf,
  type Store,
} from "../support/storedConversations"
import type { Fact } from "./conversationStoreFact"

const written = eventsWriting("so ", "far")

/** Branches, and runs that ended, were interrupted and are running. */
const filled = Effect.fnUntraced(function* (store: Store) {
  const attempts = [record(1, openai, { error: overloaded }), record(2, openai)]
  yield* store.begin(turnOf())
  yield* store.finish(endingOf(turnOf(), { attempts }))
  yield* store.begin(turnOf({ number: 2, at: noon + minute, parentId: "chat-a1" }))
  yield* store.append([{ runId: "chat-r2", events: written }])
  yield* store.setStatus("chat-r2", "interrupted")
  yield* store.begin(turnOf({ number: 3, at: noon + 2 * minute, parentId: "chat-a1" }))
  yield* store.append([{ runId: "chat-r3", events: written.slice(0, 4) }])
  yield* store.append([{ runId: "chat-r3", events: written.slice(4) }])
  yield* store.update("chat", { pinned: true, draft: "next", title: "Moved" })
})

const wholeOf = (store: Store) =>
  Effect.map(store.whole("chat"), (whole) => (whole === undefined ? undefined : plain(whole)))

/** A chat that was written elsewhere. */
const imported: WholeConversation = {
  conversation: {
    id: "chat",
    title: "Imported",
    pinned: false,
    createdAt: noon,
    updatedAt: noon + minute,
    leafId: "m2",
    draft: "",
  },
  messages: [
    { id: "m1", conversationId: "chat", role: "user", text: "Fjords?", createdAt: noon },
    {
      id: "m2",
      conversationId: "chat",
      parentId: "m1",
      role: "assistant",
      text: "Geiranger",
      createdAt: noon + minute,
      origin: "ChatGPT, gpt-4o",
    },
  ],
  runs: [],
}

export const factsOfMoving = (fact: Fact): void => {
  fact("a conversation is the same in the store that it is put into", (store, another) =>
    Effect.gen(function* () {
      const other = yield* another
      yield* filled(store)
      const whole = yield* store.whole("chat")
      if (whole === undefined) return expect.unreachable()
      expect(whole.runs.map(({ status, events }) => [status, events.length])).toEqual([
        ["completed", 5],
        ["interrupted", 5],
        ["running", 5],
      ])
      yield* other.put(whole)
      expect(yield* wholeOf(other)).toEqual(plain(whole))
      for (const read of [
        (each: Store) => each.conversation("chat"),
        (each: Store) => Effect.map(each.messages("chat"), messageDataOf),
        (each: Store) => each.branch("chat-a3"),
        (each: Store) => each.runningRuns,
        (each: Store) => each.search({ text: "answer", limit: 10 }),
        (each: Store) => each.usage({ by: "day", limit: 10 }),
      ])
        expect(yield* read(other)).toEqual(yield* read(store))
    }),
  )

  fact("a run goes on in the store that its conversation was put into", (store, another) =>
    Effect.gen(function* () {
      const other = yield* another
      yield* filled(store)
      const whole = yield* store.whole("chat")
      if (whole === undefined) return expect.unreachable()
      yield* other.put(whole)
      const more = eventsWriting("so ", "far", " so ", "good").slice(5)
      yield* other.append([{ runId: "chat-r3", events: more }])
      const events = yield* other.events({ runId: "chat-r3", from: 0, limit: 100 })
      expect(dataOf(events)).toEqual(dataOf([...written, ...more]))
      yield* store.append([{ runId: "chat-r3", events: more }])
      // What was read before stays as it was read.
      expect(whole.runs[2]?.events).toHaveLength(written.length)
    }),
  )

  fact("what is put takes the place of what has its id", (store) =>
    Effect.gen(function* () {
      yield* filled(store)
      yield* store.begin(turnOf({ conversationId: "other" }))
      yield* store.put(imported)
      expect(yield* wholeOf(store)).toEqual(imported)
      expect(yield* store.run("chat-r1")).toBeUndefined()
      expect(yield* store.branch("chat-a1")).toEqual([])
      expect(yield* store.search({ text: "answer", limit: 10 })).toEqual([])
      expect(yield* store.search({ text: "geiranger", limit: 10 })).toMatchObject([{ messageId: "m2" }])
      expect(yield* store.usage({ by: "conversation", limit: 10 })).toEqual([])
      expect(yield* store.messages("chat")).toMatchObject([{ id: "m1" }, { origin: "ChatGPT, gpt-4o" }])
      expect(yield* store.messages("other")).toHaveLength(2)
    }),
  )

  fact("what is put twice is there once", (store, another) =>
    Effect.gen(function* () {
      const other = yield* another
      yield* filled(store)
      const whole = yield* store.whole("chat")
      if (whole === undefined) return expect.unreachable()
      yield* other.put(whole)
      yield* other.put(whole)
      expect(yield* wholeOf(other)).toEqual(plain(whole))
      expect(yield* other.usage({ by: "model", limit: 10 })).toEqual(
        yield* store.usage({ by: "model", limit: 10 }),
      )
      expect(yield* other.search({ text: "answer", limit: 10 })).toHaveLength(1)
    }),
  )

  fact("what is put is shown, also where it was deleted", (store) =>
    Effect.gen(function* () {
      yield* store.put(imported)
      yield* store.setDeleted("chat", noon)
      yield* store.put(imported)
      expect(yield* store.ids).toEqual(["chat"])
      yield* store.purge(noon + minute)
      expect(yield* store.messages("chat")).toHaveLength(2)
    }),
  )
}
