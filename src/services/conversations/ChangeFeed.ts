/** Tells every viewer what has changed. A viewer that does not keep up is told to read anew, and costs no more memory. */
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { Change, StoreState } from "./Conversation"
import { ConversationStore } from "./ConversationStore"
import { makeBell, type Bell } from "./runLog/bell"

export const defaults = {
  /** How many changes a viewer may leave unread. */
  unread: 256,
}

export class ChangeFeed extends Context.Service<
  ChangeFeed,
  {
    readonly publish: (change: Change) => Effect.Effect<void>
    /** Everybody reads anew: too much has changed to tell it one by one. */
    readonly resynchronise: Effect.Effect<void>
    /** Begins with `resynchronise`. */
    readonly changes: Stream.Stream<Change>
  }
>()("ChangeFeed") {}

interface Reader {
  unread: Array<Change>
  readonly bell: Bell
}

export const ChangeFeedLive: Layer.Layer<ChangeFeed, never, ConversationStore> = Layer.effect(
  ChangeFeed,
  Effect.gen(function* () {
    const { state } = yield* ConversationStore
    let store: StoreState = { type: "saving" }
    const readers = new Set<Reader>()
    const readAnew = (): Change => ({ type: "resynchronise", store })

    const tell = (change: () => Change): void => {
      for (const reader of readers) {
        if (reader.unread.length < defaults.unread) reader.unread.push(change())
        else reader.unread = [readAnew()]
        reader.bell.ring()
      }
    }
    const publish = (change: Change) => Effect.sync(() => tell(() => change))

    yield* Effect.forkScoped(
      Stream.runForEach(state, (next) =>
        Effect.suspend(() => {
          store = next
          return publish({ type: "store-changed", store })
        }),
      ),
      { startImmediately: true },
    )

    const reading = Effect.acquireRelease(
      Effect.sync(() => {
        const reader: Reader = { unread: [readAnew()], bell: makeBell() }
        readers.add(reader)
        return reader
      }),
      (reader) => Effect.sync(() => readers.delete(reader)),
    )
    const changes: Stream.Stream<Change> = Stream.unwrap(
      Effect.map(reading, (reader) => {
        const next: Effect.Effect<Arr.NonEmptyReadonlyArray<Change>> = Effect.suspend(() => {
          const { unread } = reader
          if (!Arr.isArrayNonEmpty(unread)) {
            return Effect.andThen(
              reader.bell.until(() => reader.unread.length > 0),
              next,
            )
          }
          reader.unread = []
          return Effect.succeed(unread)
        })
        return Stream.fromPull(Effect.succeed(next))
      }),
    )
    return ChangeFeed.of({ publish, resynchronise: Effect.sync(() => tell(readAnew)), changes })
  }),
)
