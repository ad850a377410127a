/** Turns: what they make, and the branches that they grow into. */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { StoreError } from "@/services/conversations/ConversationStore"
import { minute, noon, turnOf } from "../support/storedConversations"
import type { Fact } from "./conversationStoreFact"

export const factsOfTurns = (fact: Fact): void => {
  fact("a turn makes its conversation, its messages and its run", (store) =>
    Effect.gen(function* () {
      const turn = turnOf({ title: "Ferries" })
      yield* store.begin(turn)
      expect(yield* store.conversation("chat")).toEqual({
        summary: {
          id: "chat",
          title: "Ferries",
          pinned: false,
          createdAt: noon,
          updatedAt: noon,
          isRunning: true,
          leafId: "chat-a1",
        },
        draft: "",
      })
      expect(yield* store.run("chat-r1")).toEqual(turn.run)
      expect(yield* store.messages("chat")).toEqual([
        { id: "chat-q1", role: "user", text: "Question 1", createdAt: noon },
        {
          id: "chat-a1",
          parentId: "chat-q1",
          role: "assistant",
          text: "",
          createdAt: noon,
          run: {
            id: "chat-r1",
            status: "running",
            startedAt: noon,
            preferredProvider: { key: "openai", modelName: "gpt-5.4" },
          },
        },
      ])
    }),
  )

  fact("a further turn moves the leaf and the time, and leaves the rest", (store) =>
    Effect.gen(function* () {
      yield* store.begin(turnOf({ title: "Ferries" }))
      yield* store.update("chat", { pinned: true, draft: "and then?" })
      yield* store.begin(turnOf({ number: 2, at: noon + minute, title: "Other", parentId: "chat-a1" }))
      expect(yield* store.conversation("chat")).toEqual({
        summary: {
          id: "chat",
          title: "Ferries",
          pinned: true,
          createdAt: noon,
          updatedAt: noon + minute,
          isRunning: true,
          leafId: "chat-a2",
        },
        draft: "and then?",
      })
    }),
  )

  fact("a run is begun once: the same id again fails and changes nothing", (store) =>
    Effect.gen(function* () {
      yield* store.begin(turnOf())
      const elsewhere = turnOf({ conversationId: "other" })
      const again = { ...elsewhere, run: { ...elsewhere.run, id: "chat-r1" } }
      const error = yield* Effect.flip(store.begin(again))
      expect(error).toBeInstanceOf(StoreError)
      expect(yield* store.conversation("other")).toBeUndefined()
      expect(yield* store.messages("other")).toEqual([])
      expect(yield* store.run("chat-r1")).toEqual(turnOf().run)

      const later = turnOf({ number: 2, at: noon + minute })
      yield* Effect.flip(store.begin({ ...later, run: { ...later.run, id: "chat-r1" } }))
      expect(yield* store.conversation("chat")).toMatchObject({
        summary: { updatedAt: noon, leafId: "chat-a1" },
      })
      expect((yield* store.messages("chat")).map(({ id }) => id)).toEqual(["chat-q1", "chat-a1"])
    }),
  )

  fact("a branch is the way from the first message to one of them", (store) =>
    Effect.gen(function* () {
      yield* store.begin(turnOf())
      yield* store.begin(turnOf({ number: 2, parentId: "chat-a1" }))
      const { conversation, run } = turnOf({ number: 3 })
      const another = { id: "chat-a3", conversationId: "chat", role: "assistant" as const, text: "" }
      yield* store.begin({
        conversation,
        run,
        messages: [{ ...another, createdAt: noon + minute, parentId: "chat-q1" }],
      })
      const way = (id: string) => Effect.map(store.branch(id), (messages) => messages.map((each) => each.id))
      expect(yield* way("chat-a2")).toEqual(["chat-q1", "chat-a1", "chat-q2", "chat-a2"])
      expect(yield* way("chat-a3")).toEqual(["chat-q1", "chat-a3"])
      expect(yield* way("nobody")).toEqual([])
      expect((yield* store.branch("chat-a3"))[1]).toEqual({
        ...another,
        createdAt: noon + minute,
        parentId: "chat-q1",
      })
    }),
  )

  fact("of what is unknown there is nothing", (store) =>
    Effect.gen(function* () {
      expect(yield* store.run("nobody")).toBeUndefined()
      expect(yield* store.conversation("nobody")).toBeUndefined()
      expect(yield* store.whole("nobody")).toBeUndefined()
      expect(yield* store.messages("nobody")).toEqual([])
      expect(yield* store.events({ runId: "nobody", from: 0, limit: 1000 })).toEqual([])
    }),
  )
}
