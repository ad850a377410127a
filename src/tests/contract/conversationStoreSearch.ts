/** Finding words in titles and messages. */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { SearchHit } from "@/services/conversations/Conversation"
import { endingOf, minute, noon, turnOf, type Store } from "../support/storedConversations"
import type { Fact } from "./conversationStoreFact"

/** A conversation for each question, each a minute younger than the one before: `c0`, `c1`, … */
const asked = (store: Store, questions: ReadonlyArray<string>) =>
  Effect.forEach(
    questions,
    (question, index) =>
      store.begin(turnOf({ conversationId: `c${index}`, question, title: "-", at: noon + index * minute })),
    { discard: true },
  )

const found = (store: Store, text: string) =>
  Effect.map(store.search({ text, limit: 100 }), (hits) => hits.map((hit) => hit.conversationId))

const matched = ({ snippet, matches }: SearchHit): ReadonlyArray<string> =>
  matches.map(([start, end]) => snippet.slice(start, end))

export const factsOfSearch = (fact: Fact): void => {
  fact("all words must be in one message, in any order; only the last may be a beginning", (store) =>
    Effect.gen(function* () {
      yield* asked(store, ["the ferry to Oslo leaves", "Oslo by train", "ferries of Bergen"])
      expect(yield* found(store, "oslo ferry")).toEqual(["c0"])
      expect(yield* found(store, "Oslo")).toEqual(["c1", "c0"])
      expect(yield* found(store, "oslo fer")).toEqual(["c0"])
      expect(yield* found(store, "ferr")).toEqual(["c2", "c0"])
      expect(yield* found(store, "fer oslo")).toEqual([])
      expect(yield* found(store, "erry")).toEqual([])
    }),
  )

  fact("case and diacritics make no difference", (store) =>
    Effect.gen(function* () {
      yield* asked(store, ["Zürich im Herbst", "zurich in autumn", "Zu\u0308rich, decomposed"])
      for (const text of ["zurich", "ZÜRICH", "Zu\u0308rich", "züri"])
        expect(yield* found(store, text)).toEqual(["c2", "c1", "c0"])
      const hits = yield* store.search({ text: "zurich", limit: 10 })
      expect(hits.map(matched)).toEqual([["Zu\u0308rich"], ["zurich"], ["Zürich"]])
    }),
  )

  fact("text without spaces between its words is found", (store) =>
    Effect.gen(function* () {
      yield* asked(store, ["我去年秋天去了京都旅行", "大阪の天気はどうですか", "서울에서 부산까지"])
      expect(yield* found(store, "京都")).toEqual(["c0"])
      expect(yield* found(store, "天気")).toEqual(["c1"])
      expect(yield* found(store, "서울")).toEqual(["c2"])
      expect(yield* found(store, "東京")).toEqual([])
      const [hit] = yield* store.search({ text: "旅行", limit: 1 })
      expect(hit === undefined ? "" : matched(hit).join("")).toBe("旅行")
    }),
  )

  fact("a hit shows a piece of the text and where the words are in it", (store) =>
    Effect.gen(function* () {
      const far = "lorem ipsum ".repeat(5000)
      yield* asked(store, ["👩‍🚀 flies to Oslo, to OSLO!", `${far}the Needle is here ${far}`])
      const [short] = yield* store.search({ text: "to oslo", limit: 1 })
      expect(short).toMatchObject({ conversationId: "c0", title: "-", messageId: "c0-q1", at: noon })
      expect(short?.snippet).toContain("flies to Oslo, to OSLO!")
      expect(short === undefined ? [] : matched(short)).toEqual(["to", "Oslo", "to", "OSLO"])
      const [long] = yield* store.search({ text: "need", limit: 1 })
      expect(long?.snippet.length).toBeLessThan(400)
      expect(long === undefined ? [] : matched(long).map((word) => word.toLowerCase())).toEqual(["needle"])
    }),
  )

  fact("titles come first, then messages, the newest first, as many as are wanted", (store) =>
    Effect.gen(function* () {
      yield* asked(store, ["oslo 0", "oslo 1", "oslo 2"])
      yield* store.begin(
        turnOf({ conversationId: "old", title: "About Oslo", question: "?", at: noon - minute }),
      )
      yield* store.update("c1", { title: "Oslo" })
      const hits = yield* store.search({ text: "oslo", limit: 100 })
      expect(hits.map(({ conversationId, messageId }) => [conversationId, messageId])).toEqual([
        ["c1", undefined],
        ["old", undefined],
        ["c2", "c2-q1"],
        ["c1", "c1-q1"],
        ["c0", "c0-q1"],
      ])
      expect(hits[1]).toMatchObject({ title: "About Oslo", snippet: "About Oslo", matches: [[6, 10]] })
      expect(yield* store.search({ text: "oslo", limit: 3 })).toEqual(hits.slice(0, 3))
      yield* store.update("c1", { title: "Bergen" })
      expect(yield* found(store, "oslo")).toEqual(["old", "c2", "c1", "c0"])
    }),
  )

  fact("an answer is found once its run has ended", (store) =>
    Effect.gen(function* () {
      yield* store.begin(turnOf())
      expect(yield* found(store, "hurtigruten")).toEqual([])
      yield* store.finish(endingOf(turnOf(), { pieces: ["Take Hurti", "gruten"] }))
      expect(yield* store.search({ text: "hurtigruten", limit: 10 })).toMatchObject([
        { conversationId: "chat", messageId: "chat-a1" },
      ])
    }),
  )

  fact("no text is a wrong query, and none without words finds anything", (store) =>
    Effect.gen(function* () {
      yield* asked(store, ['NOT a title AND not text: Oslo\'s (50%) *stars* "quoted"'])
      for (const text of ["", "  ", '"', "*", "()", "'; --", "^", "%", "_", "-", "\u0000", "\uD800"])
        expect(yield* found(store, text)).toEqual([])
      for (const text of [
        "NOT",
        "AND not",
        "text: Oslo",
        '"quoted',
        "(50%",
        "stars*",
        "Oslo's",
        "title:title",
      ])
        expect(yield* found(store, text)).toEqual(["c0"])
      expect(yield* found(store, "text OR nothing")).toEqual([])
    }),
  )
}
