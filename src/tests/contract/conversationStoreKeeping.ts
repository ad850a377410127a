/** Lists, changes, deleting. */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { ConversationSummary, ListQuery } from "@/services/conversations/Conversation"
import { endingOf, minute, noon, turnOf, type Store } from "../support/storedConversations"
import type { Fact } from "./conversationStoreFact"

const idsOf = (summaries: ReadonlyArray<{ readonly id: string }>) => summaries.map(({ id }) => id)

const positionOf = ({ pinned, updatedAt, id }: ConversationSummary): Required<ListQuery>["after"] => ({
  pinned,
  updatedAt,
  id,
})

/** Page after page, as a sidebar reads them. */
const pages = Effect.fnUntraced(function* (store: Store, limit: number) {
  const read: Array<ReadonlyArray<string>> = []
  let page = yield* store.list({ limit })
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    read.push(idsOf(page))
    page = yield* store.list({ limit, after: positionOf(last) })
  }
  return read
})

export const factsOfState = (fact: Fact): void => {
  fact("a new store saves", (store) =>
    Effect.gen(function* () {
      expect(yield* Stream.runCollect(Stream.take(store.state, 1))).toMatchObject([{ type: "saving" }])
    }),
  )
}

export const factsOfKeeping = (fact: Fact): void => {
  fact("a new store is empty", (store) =>
    Effect.gen(function* () {
      expect(yield* store.list({ limit: 10 })).toEqual([])
      expect(yield* store.ids).toEqual([])
    }),
  )

  fact("the list has pinned ones first, then the latest, then the greatest id", (store) =>
    Effect.gen(function* () {
      for (const [conversationId, at] of [
        ["a", noon],
        ["b", noon + minute],
        ["c", noon],
        ["d", noon - minute],
      ] as const)
        yield* store.begin(turnOf({ conversationId, at }))
      yield* store.update("d", { pinned: true })
      expect(idsOf(yield* store.list({ limit: 10 }))).toEqual(["d", "b", "c", "a"])
    }),
  )

  fact("pages show every conversation once, also where times are equal", (store) =>
    Effect.gen(function* () {
      for (const conversationId of ["a", "b", "c", "d", "e", "f", "g"])
        yield* store.begin(turnOf({ conversationId }))
      yield* store.update("b", { pinned: true })
      yield* store.update("e", { pinned: true })
      yield* store.update("f", { pinned: true })
      expect(yield* pages(store, 2)).toEqual([["f", "e"], ["b", "g"], ["d", "c"], ["a"]])
    }),
  )

  fact("a change changes what it names and neither the rest nor the time", (store) =>
    Effect.gen(function* () {
      yield* store.begin(turnOf())
      const before = yield* store.conversation("chat")
      expect(yield* store.update("chat", { title: "Oslo" })).toBe(true)
      expect(yield* store.update("chat", { pinned: true })).toBe(true)
      expect(yield* store.update("chat", { leafId: "chat-q1" })).toBe(true)
      expect(yield* store.update("chat", { draft: "half a thought" })).toBe(true)
      expect(yield* store.update("chat", {})).toBe(true)
      expect(yield* store.conversation("chat")).toEqual({
        summary: { ...before?.summary, title: "Oslo", pinned: true, leafId: "chat-q1" },
        draft: "half a thought",
      })
      expect(yield* store.update("chat", { pinned: false, draft: "" })).toBe(true)
      expect(yield* store.conversation("chat")).toMatchObject({ summary: { pinned: false }, draft: "" })
      expect(yield* store.update("nobody", { title: "Oslo" })).toBe(false)
    }),
  )

  fact("a deleted conversation is nowhere to be seen, and comes back as it was", (store) =>
    Effect.gen(function* () {
      yield* store.begin(turnOf({ title: "Ferries" }))
      yield* store.finish(endingOf(turnOf()))
      yield* store.begin(turnOf({ number: 2, at: noon + minute, parentId: "chat-a1" }))
      yield* store.begin(turnOf({ conversationId: "other" }))
      const seen = Effect.all({
        conversation: store.conversation("chat"),
        messages: store.messages("chat"),
        whole: store.whole("chat"),
        found: store.search({ text: "ferries", limit: 10 }),
        list: Effect.map(store.list({ limit: 10 }), idsOf),
        ids: store.ids,
        running: Effect.map(store.runningRuns, idsOf),
        usage: store.usage({ by: "day", limit: 10 }),
      })
      const before = yield* seen
      expect(before).toMatchObject({
        found: [{ conversationId: "chat" }],
        ids: ["chat", "other"],
        running: ["other-r1", "chat-r2"],
        usage: [{ attempts: 1 }],
      })
      expect(yield* store.setDeleted("chat", noon)).toBe(true)
      expect(yield* seen).toEqual({
        conversation: undefined,
        messages: [],
        whole: undefined,
        found: [],
        list: ["other"],
        ids: ["other"],
        running: ["other-r1"],
        usage: [],
      })
      expect(yield* store.setDeleted("chat", undefined)).toBe(true)
      expect(yield* seen).toEqual(before)
      expect(yield* store.setDeleted("nobody", noon)).toBe(false)
    }),
  )

  fact("purging deletes for good what was deleted before a time, and nothing else", (store) =>
    Effect.gen(function* () {
      for (const conversationId of ["old", "new", "kept"]) {
        yield* store.begin(turnOf({ conversationId }))
        yield* store.finish(endingOf(turnOf({ conversationId })))
      }
      yield* store.setDeleted("old", noon)
      yield* store.setDeleted("new", noon + minute)
      yield* store.purge(noon + minute)
      expect(yield* store.setDeleted("old", undefined)).toBe(false)
      expect(yield* store.run("old-r1")).toBeUndefined()
      expect(yield* store.setDeleted("new", undefined)).toBe(true)
      expect(yield* store.ids).toHaveLength(2)
      // Nothing of it is in the way of another conversation of that name.
      yield* store.begin(turnOf({ conversationId: "old" }))
      expect(yield* store.messages("old")).toHaveLength(2)
    }),
  )

  fact("ids are told with the oldest conversation first", (store) =>
    Effect.gen(function* () {
      yield* store.begin(turnOf({ conversationId: "b", at: noon + minute }))
      yield* store.begin(turnOf({ conversationId: "c", at: noon + 2 * minute }))
      yield* store.begin(turnOf({ conversationId: "a", at: noon }))
      yield* store.begin(turnOf({ conversationId: "a", number: 2, at: noon + 5 * minute }))
      expect(yield* store.ids).toEqual(["a", "b", "c"])
    }),
  )
}
