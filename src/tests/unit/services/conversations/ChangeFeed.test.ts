import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { ChangeFeed, ChangeFeedLive, defaults } from "@/services/conversations/ChangeFeed"
import type { Change, StoreState } from "@/services/conversations/Conversation"
import { ConversationStore } from "@/services/conversations/ConversationStore"
import { layerMemoryStore } from "@/services/conversations/memoryStore"

const removed = (id: string): Change => ({ type: "conversation-removed", id })

/** The first so many changes of a viewer that reads at once. */
const reading = (count: number) =>
  Effect.flatMap(ChangeFeed, ({ changes }) =>
    Effect.forkChild(Stream.runCollect(Stream.take(changes, count)), { startImmediately: true }),
  )

const overMemory = Layer.provide(ChangeFeedLive, layerMemoryStore)

describe("the feed of changes", () => {
  it.effect("begins with reading anew, then tells every viewer everything in order", () =>
    Effect.gen(function* () {
      const viewers = [yield* reading(3), yield* reading(3)]
      yield* Effect.yieldNow
      const { publish } = yield* ChangeFeed
      yield* publish(removed("a"))
      yield* publish(removed("b"))
      const expected: ReadonlyArray<Change> = [
        { type: "resynchronise", store: { type: "saving" } },
        removed("a"),
        removed("b"),
      ]
      for (const viewer of viewers) assert.deepStrictEqual(yield* Fiber.join(viewer), expected)
    }).pipe(Effect.provide(overMemory)),
  )

  it.effect("a viewer that does not keep up is told to read anew, and gets what comes after", () =>
    Effect.gen(function* () {
      const { publish, changes } = yield* ChangeFeed
      const pull = yield* Stream.toPull(changes)
      yield* pull
      for (let index = 0; index <= defaults.unread; index += 1) yield* publish(removed(`chat-${index}`))
      yield* publish(removed("after"))
      assert.deepStrictEqual(yield* pull, [
        { type: "resynchronise", store: { type: "saving" } },
        removed("after"),
      ])
    }).pipe(Effect.scoped, Effect.provide(overMemory)),
  )

  it.effect("tells when the store stops keeping things, also to viewers that come later", () =>
    Effect.gen(function* () {
      const state = yield* SubscriptionRef.make<StoreState>({ type: "saving" })
      const store = Layer.effect(
        ConversationStore,
        Effect.map(ConversationStore, (memory) => ({ ...memory, state: SubscriptionRef.changes(state) })),
      ).pipe(Layer.provide(layerMemoryStore))
      const inMemory: StoreState = { type: "memory-only", why: "The disk is full." }
      yield* Effect.gen(function* () {
        const early = yield* reading(2)
        yield* Effect.yieldNow
        yield* SubscriptionRef.set(state, inMemory)
        assert.deepStrictEqual((yield* Fiber.join(early))[1], { type: "store-changed", store: inMemory })
        assert.deepStrictEqual(yield* Fiber.join(yield* reading(1)), [
          { type: "resynchronise", store: inMemory },
        ])
      }).pipe(Effect.provide(Layer.provide(ChangeFeedLive, store)))
    }),
  )
})
