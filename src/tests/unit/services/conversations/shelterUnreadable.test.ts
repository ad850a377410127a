import { describe, expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { shelterOf } from "@/services/conversations/shelter"
import { allIsBack, later, loggedOf, sheltered } from "../../../support/shelters"
import { dataOf, endingOf, eventsWriting, minute, noon, turnOf } from "../../../support/storedConversations"

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
      expect(yield* Effect.flip(store.branch("chat-a2"))).toMatchObject({ reason: "Failed" })
      primary.failReads(undefined)
      expect((yield* store.branch("chat-a2")).map(({ id }) => id)).toEqual([
        "chat-q1",
        "chat-a1",
        "chat-q2",
        "chat-a2",
      ])
      primary.failWrites(undefined)
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

describe("a run that the shelter knows nothing of", () => {
  sheltered("is refused rather than that it replaces what is in memory", (_, primary) =>
    Effect.gen(function* () {
      yield* primary.begin(turnOf())
      const store = yield* shelterOf(primary)
      primary.failWrites("Failed")
      primary.failReads("Failed")
      yield* store.begin(turnOf({ number: 2, parentId: "chat-a1" }))
      primary.failReads(undefined)
      yield* Effect.flip(store.append([{ runId: "chat-r1", events: eventsWriting("?") }]))
      expect((yield* store.messages("chat")).map(({ id }) => id)).toEqual(["chat-q2", "chat-a2"])
      primary.failWrites(undefined)
      yield* later
      yield* allIsBack(store, primary)
      expect(yield* store.messages("chat")).toHaveLength(4)
    }),
  )
})
