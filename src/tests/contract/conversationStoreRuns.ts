/** Runs: their logs, their ends, and going on. */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { compacted } from "@/services/conversations/compaction"
import { StoreError } from "@/services/conversations/ConversationStore"
import {
  dataOf,
  endingOf,
  eventsOfAnswer,
  eventsWriting,
  messageDataOf,
  minute,
  noon,
  turnOf,
} from "../support/storedConversations"
import type { Fact } from "./conversationStoreFact"

const everything = { from: 0, limit: 1000 }

export const factsOfRuns = (fact: Fact): void => {
  fact("events are read in order from any number on, as many as are wanted", (store) =>
    Effect.gen(function* () {
      const events = eventsWriting("a", "b", "c", "d")
      yield* store.begin(turnOf())
      yield* store.append([{ runId: "chat-r1", events: events.slice(0, 2) }])
      yield* store.append([{ runId: "chat-r1", events: events.slice(2, 6) }])
      yield* store.append([{ runId: "chat-r1", events: events.slice(6) }])
      const read = (from: number, limit: number) =>
        Effect.map(store.events({ runId: "chat-r1", from, limit }), dataOf)
      expect(yield* read(0, 100)).toEqual(dataOf(events))
      expect(yield* read(3, 2)).toEqual(dataOf(events.slice(3, 5)))
      expect(yield* read(5, 100)).toEqual(dataOf(events.slice(5)))
      expect(yield* read(events.length, 100)).toEqual([])
    }),
  )

  fact("one batch holds the events of several runs", (store) =>
    Effect.gen(function* () {
      const [first, second] = [eventsWriting("first"), eventsWriting("second", "!")]
      yield* store.begin(turnOf({ conversationId: "one" }))
      yield* store.begin(turnOf({ conversationId: "two" }))
      yield* store.append([
        { runId: "one-r1", events: first },
        { runId: "two-r1", events: second },
      ])
      expect(dataOf(yield* store.events({ runId: "one-r1", ...everything }))).toEqual(dataOf(first))
      expect(dataOf(yield* store.events({ runId: "two-r1", ...everything }))).toEqual(dataOf(second))
    }),
  )

  fact("a batch with a run that is unknown is refused as a whole", (store) =>
    Effect.gen(function* () {
      yield* store.begin(turnOf())
      const events = eventsWriting("lost")
      const batch = [
        { runId: "chat-r1", events },
        { runId: "nobody", events },
      ]
      expect(yield* Effect.flip(store.append(batch))).toBeInstanceOf(StoreError)
      expect(yield* store.events({ runId: "chat-r1", ...everything })).toEqual([])
    }),
  )

  fact("the end of a run puts its compacted events in the place of its log", (store) =>
    Effect.gen(function* () {
      const turn = turnOf()
      const ending = endingOf(turn, { pieces: ["Take ", "the ", "ferry"] })
      yield* store.begin(turn)
      yield* store.append([{ runId: "chat-r1", events: eventsOfAnswer(["Take ", "the ", "ferry"]) }])
      yield* store.finish(ending)
      const read = (from: number) => Effect.map(store.events({ runId: "chat-r1", from, limit: 1000 }), dataOf)
      expect(yield* read(0)).toEqual(dataOf(ending.events))
      expect(yield* read(3)).toEqual(dataOf(ending.events.slice(3)))
      // Number 4 lies inside the joined text of number 3: what follows is the end, number 6.
      expect(yield* read(4)).toEqual(dataOf(ending.events.slice(4)))
      expect(yield* store.run("chat-r1")).toEqual({
        ...turn.run,
        status: "completed",
        endedAt: noon + minute,
      })
      expect(yield* store.conversation("chat")).toMatchObject({
        summary: { isRunning: false, updatedAt: noon + minute },
      })
      expect((yield* store.branch("chat-a1")).map(({ text }) => text)).toEqual([
        "Question 1",
        "Take the ferry",
      ])
    }),
  )

  fact("an answer carries its events once its run has ended or was interrupted, compacted", (store) =>
    Effect.gen(function* () {
      const ending = endingOf(turnOf())
      const written = eventsWriting("half ", "an ", "answer")
      yield* store.begin(turnOf())
      yield* store.begin(turnOf({ number: 2, parentId: "chat-a1" }))
      yield* store.begin(turnOf({ number: 3, parentId: "chat-a1" }))
      yield* store.append([
        { runId: "chat-r2", events: written.slice(0, 4) },
        { runId: "chat-r3", events: written },
      ])
      yield* store.append([{ runId: "chat-r2", events: written.slice(4) }])
      yield* store.finish({ ...ending, status: "failed" })
      yield* store.setStatus("chat-r2", "interrupted")
      const answers = messageDataOf(yield* store.messages("chat")).filter(({ role }) => role === "assistant")
      expect(answers).toMatchObject([
        { id: "chat-a1", run: { status: "failed", events: dataOf(ending.events) } },
        { id: "chat-a2", run: { status: "interrupted", events: dataOf(compacted(written)) } },
        { id: "chat-a3", run: { status: "running" } },
      ])
      expect(answers[2]?.run).not.toHaveProperty("events")
    }),
  )

  fact("an interrupted run goes on in the same log, and its starts are counted", (store) =>
    Effect.gen(function* () {
      const written = eventsWriting("one ", "two ", "three")
      yield* store.begin(turnOf())
      yield* store.append([{ runId: "chat-r1", events: written.slice(0, 4) }])
      yield* store.setStatus("chat-r1", "interrupted")
      expect(yield* store.run("chat-r1")).toMatchObject({ status: "interrupted", starts: 1 })
      expect(yield* store.runningRuns).toEqual([])
      expect(yield* store.conversation("chat")).toMatchObject({ summary: { isRunning: false } })
      yield* store.setStatus("chat-r1", "running")
      expect(yield* store.run("chat-r1")).toMatchObject({ status: "running", starts: 2 })
      yield* store.append([{ runId: "chat-r1", events: written.slice(4) }])
      expect(dataOf(yield* store.events({ runId: "chat-r1", ...everything }))).toEqual(dataOf(written))
    }),
  )

  fact("running runs are told, the oldest first", (store) =>
    Effect.gen(function* () {
      yield* store.begin(turnOf({ conversationId: "young", at: noon + 2 * minute }))
      yield* store.begin(turnOf({ conversationId: "old" }))
      yield* store.begin(turnOf({ conversationId: "done", at: noon + minute }))
      yield* store.finish(endingOf(turnOf({ conversationId: "done" })))
      expect((yield* store.runningRuns).map(({ id }) => id)).toEqual(["old-r1", "young-r1"])
    }),
  )
}
