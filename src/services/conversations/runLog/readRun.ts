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
  page: 512,
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
    let cursor = from
    type Read = Pull.Pull<Arr.NonEmptyReadonlyArray<PlanEvent>, StoreError>

    const handOn = (events: Arr.NonEmptyReadonlyArray<PlanEvent>): Read => {
      cursor = Arr.lastNonEmpty(events).sequence + 1
      return Effect.succeed(events)
    }

    const stored = (limit: number) => store.events({ runId, from: cursor, limit })

    /** Of a run that was compacted, the number may lie inside a joined piece of text: then all of it, from the beginning. */
    const readStored = (limit: number): Read =>
      Effect.flatMap(stored(limit), (events): Read => {
        if (!Arr.isReadonlyArrayNonEmpty(events)) return Cause.done()
        if (events[0].sequence === cursor) return handOn(events)
        cursor = 0
        return Effect.flatMap(stored(everything), (all) =>
          Arr.isReadonlyArrayNonEmpty(all) ? handOn(all) : Cause.done(),
        )
      })

    const readLive = (run: LiveRun): Read =>
      Effect.suspend((): Read => {
        const unread = run.next - cursor
        if (unread > run.recent.length) return readStored(defaults.page)
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
      return readStored(everything)
    })
    const read = live === undefined ? readWhole : readLive(live)
    return Stream.fromPull(Effect.succeed(read))
  })
