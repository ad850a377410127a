/** A run as its readers get it: what is logged, then what comes. Readers ask for more, so that a slow one holds nothing up. */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import type { PlanEvent } from "../../ai/orchestration/PlanEvent"
import type { ConversationStore, StoreError } from "../ConversationStore"
import type { LiveRun } from "./liveRun"

export const defaults = {
  /** How many events of a run that goes on are read from the store at once, by a reader who is far behind. */
  page: 8192,
}

export interface RunReading {
  readonly runId: string
  readonly from: number
  /** Undefined when the run is not being carried out. */
  readonly live: LiveRun | undefined
  readonly store: Pick<ConversationStore["Service"], "events">
}

/** No limit. */
export const everything = Number.MAX_SAFE_INTEGER

/** Ends when the run does, and where an interrupted one stops. */
export const readRun = ({ runId, from, live, store }: RunReading): Stream.Stream<PlanEvent, StoreError> =>
  Stream.suspend(() => {
    // A reader who has seen more than there is has seen it of a log that is lost: it begins anew.
    let cursor = live !== undefined && from > live.next ? 0 : from
    type Read = Pull.Pull<Arr.NonEmptyReadonlyArray<PlanEvent>, StoreError>

    const handOn = (events: Arr.NonEmptyReadonlyArray<PlanEvent>): Read => {
      cursor = Arr.lastNonEmpty(events).sequence + 1
      return Effect.succeed(events)
    }

    const readStored = (limit: number): Effect.Effect<ReadonlyArray<PlanEvent>, StoreError> =>
      store.events({ runId, from: cursor, limit })

    const readAnew: Read = Effect.suspend(() => {
      cursor = 0
      return Effect.flatMap(readStored(everything), (events) =>
        Arr.isReadonlyArrayNonEmpty(events) ? handOn(events) : Cause.done(),
      )
    })

    /** Of a run that was compacted meanwhile, nobody knows what of a joined piece of text was seen: all of it, anew. */
    const readPage: Read = Effect.suspend(() =>
      Effect.flatMap(readStored(defaults.page), (events): Read => {
        const isGapless = events.every(({ sequence }, index) => sequence === cursor + index)
        return isGapless && Arr.isReadonlyArrayNonEmpty(events) ? handOn(events) : readAnew
      }),
    )

    const readLive = (run: LiveRun): Read =>
      Effect.suspend((): Read => {
        const unread = run.next - cursor
        if (unread > run.recent.length) return readPage
        const events = unread > 0 ? run.recent.slice(-unread) : []
        if (Arr.isReadonlyArrayNonEmpty(events)) return handOn(events)
        if (run.isOver) return Cause.done()
        return Effect.andThen(
          run.readers.until(() => run.next > cursor || run.isOver),
          readLive(run),
        )
      })

    let isRead = false
    /** It does not change while it is not carried out, and is read at once. */
    const readWhole: Read = Effect.suspend(() => {
      if (isRead) return Cause.done()
      isRead = true
      return Effect.flatMap(readStored(everything), (events): Read => {
        if (Arr.isReadonlyArrayNonEmpty(events)) {
          return events[0].sequence === cursor ? handOn(events) : readAnew
        }
        return Effect.flatMap(store.events({ runId, from: cursor - 1, limit: 1 }), (last) =>
          cursor === 0 || last.length > 0 ? Cause.done() : readAnew,
        )
      })
    })
    const read = live === undefined ? readWhole : readLive(live)
    return Stream.fromPull(Effect.succeed(read))
  })
