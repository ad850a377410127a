/** Whatever happens while the disk comes and goes, a shelter shows what one store without failures shows. */
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as fc from "fast-check"
import type { StoredRun } from "@/services/conversations/ConversationStore"
import { makeMemoryStore } from "@/services/conversations/memoryStore"
import { shelterOf } from "@/services/conversations/shelter"
import { makeFailingStore, type FailingStore } from "../../../support/failingStore"
import {
  endingOf,
  eventsWriting,
  messageDataOf,
  minute,
  noon,
  plain,
  turnOf,
  type Store,
} from "../../../support/storedConversations"

const chats = ["a", "b", "c"]
const events = eventsWriting(...Array.from({ length: 50 }, (_, index) => `${index} `))

const chat = fc.constantFrom(...chats)
const step = fc.oneof(
  fc.record({ type: fc.constant("disk" as const), isFull: fc.boolean() }),
  fc.record({ type: fc.constant("wait" as const) }),
  fc.record({
    type: fc.constant("run" as const),
    action: fc.constantFrom("begin" as const, "append", "finish", "interrupt", "resume"),
    chat,
  }),
  fc.record({ type: fc.constant("appendAll" as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ type: fc.constantFrom("rename" as const, "delete", "restore"), chat }),
  fc.record({ type: fc.constant("purge" as const) }),
)
type Step = typeof step extends fc.Arbitrary<infer A> ? A : never
type RunStep = Extract<Step, { readonly type: "run" }>

/** Carries the same steps out on both, those that make sense. */
const makeWorld = (store: Store, primary: FailingStore, model: Store) => {
  const removed = new Set<string>()
  let isFull = false
  let turns = 0

  const both = Effect.fnUntraced(function* <A>(write: (store: Store) => Effect.Effect<A, unknown>) {
    expect(yield* write(store)).toEqual(yield* write(model))
  })
  const batchOf = Effect.fnUntraced(function* (runs: ReadonlyArray<StoredRun>, count: number) {
    return yield* Effect.forEach(runs, ({ id: runId }) =>
      Effect.map(model.events({ runId, from: 0, limit: 100 }), ({ length }) => ({
        runId,
        events: events.slice(length, length + count),
      })),
    )
  })

  const takeRun = Effect.fnUntraced(function* (next: RunStep) {
    if (removed.has(next.chat)) return
    const last = (yield* model.whole(next.chat))?.runs.at(-1)
    switch (next.action) {
      case "begin": {
        const at = noon + turns * minute
        const parent = last === undefined ? {} : { parentId: last.messageId }
        const turn = turnOf({ conversationId: next.chat, number: turns, at, ...parent })
        return yield* both((each) => each.begin(turn))
      }
      case "append": {
        const batch = yield* batchOf(last?.status === "running" ? [last] : [], 1)
        return yield* both((each) => each.append(batch))
      }
      case "finish": {
        if (last?.status !== "running") return
        const number = Number(last.id.slice(last.id.indexOf("r") + 1))
        const turn = turnOf({ conversationId: next.chat, number, at: last.startedAt })
        return yield* both((each) => each.finish(endingOf(turn, { endedAt: noon + turns * minute })))
      }
      case "interrupt":
        if (last?.status !== "running") return
        return yield* both((each) => each.setStatus(last.id, "interrupted"))
      case "resume":
        if (last?.status !== "interrupted") return
        return yield* both((each) => each.setStatus(last.id, "running"))
    }
  })

  return Effect.fnUntraced(function* (next: Step) {
    turns++
    switch (next.type) {
      case "disk":
        isFull = next.isFull
        return primary.failWrites(isFull ? "Full" : undefined)
      case "wait":
        return yield* TestClock.adjust("10 seconds")
      case "appendAll": {
        const batch = yield* batchOf(yield* model.runningRuns, next.count)
        return yield* both((each) => each.append(batch))
      }
      case "purge":
        // A full disk keeps what it has deleted until the next time.
        return isFull ? undefined : yield* both((each) => each.purge(noon + 1))
      case "delete":
        if (removed.has(next.chat)) return
        removed.add(next.chat)
        return yield* both((each) => each.setDeleted(next.chat, noon))
      case "restore":
        // What a full disk has deleted cannot be shown again without it.
        if (isFull) return
        removed.delete(next.chat)
        return yield* both((each) => each.setDeleted(next.chat, undefined))
      case "rename":
        if (removed.has(next.chat)) return
        return yield* both((each) =>
          each.update(next.chat, { title: `Title ${turns}`, pinned: turns % 2 === 0 }),
        )
      case "run":
        return yield* takeRun(next)
    }
  })
}

const seenIn = (store: Store) =>
  Effect.all({
    list: store.list({ limit: 10 }),
    secondPage: Effect.flatMap(store.list({ limit: 1 }), ([last]) =>
      last === undefined ? Effect.succeed([]) : store.list({ limit: 1, after: last }),
    ),
    ids: Effect.map(store.ids, (ids) => ids.toSorted()),
    running: store.runningRuns,
    found: store.search({ text: "question", limit: 100 }),
    messages: Effect.forEach(chats, (id) => Effect.map(store.messages(id), messageDataOf)),
    wholes: Effect.forEach(chats, (id) => Effect.map(store.whole(id), (whole) => whole && plain(whole))),
  })

const usageIn = (store: Store) =>
  Effect.forEach(["conversation", "day", "model"] as const, (by) => store.usage({ by, limit: 10 }))

it.effect("a shelter over a disk that comes and goes shows what a store without failures shows", () =>
  Effect.promise(() =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) =>
        Effect.gen(function* () {
          const model = makeMemoryStore()
          const primary = makeFailingStore()
          const store = yield* shelterOf(primary)
          const take = makeWorld(store, primary, model)
          for (const each of steps) {
            yield* take(each)
            expect(yield* seenIn(store)).toEqual(yield* seenIn(model))
          }
          yield* take({ type: "disk", isFull: false })
          yield* take({ type: "wait" })
          expect(yield* seenIn(primary.inside)).toEqual(yield* seenIn(model))
          expect(yield* usageIn(primary.inside)).toEqual(yield* usageIn(model))
        }).pipe(Effect.scoped, Effect.provide(TestClock.layer()), Effect.runPromise),
      ),
      { numRuns: 200, seed: 4747 },
    ),
  ),
)
