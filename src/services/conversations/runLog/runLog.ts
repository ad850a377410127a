/** Carries runs out and keeps their logs. A run needs no reader to go on, and no reader can hold it up. */
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { isTerminal, type PlanEvent } from "../../ai/orchestration/PlanEvent"
import type { RunRequest } from "../../ai/orchestration/PlanRunner"
import type { ConversationStore, RunEnding, StoredRun, StoreError } from "../ConversationStore"
import { endingOf, stoppedByUser } from "./ending"
import { makeGroupCommit } from "./groupCommit"
import { close, conclude, makeLiveRun, type LiveRun } from "./liveRun"
import { everything, readRun } from "./readRun"

export interface RunLog {
  /** From now on, whatever becomes of the caller. */
  readonly carryOut: (work: Work) => Effect.Effect<void>
  readonly read: (runId: string, from: number) => Stream.Stream<PlanEvent, StoreError>
  /**
   * Ends a run that is running in the store, and its record says that the user did; returns once that is durable. One at a
   * time for a run.
   */
  readonly stop: (run: StoredRun, request: Work["request"]) => Effect.Effect<void, StoreError>
  readonly isCarriedOut: (runId: string) => boolean
  /** Lets running runs end for so long, then interrupts the others; what they have told is logged when it returns. */
  readonly settle: (grace: Duration.Duration) => Effect.Effect<void>
  /** Returns once the run is not carried out any more. */
  readonly untilOver: (runId: string) => Effect.Effect<void>
}

export interface Work {
  readonly run: StoredRun
  readonly request: Pick<RunRequest, "prompt" | "options">
  readonly events: Stream.Stream<PlanEvent>
  /** What is logged of it already. */
  readonly logged: ReadonlyArray<PlanEvent>
}

interface Carried {
  readonly work: Work
  readonly live: LiveRun
  readonly fiber: Fiber.Fiber<void>
}

export const makeRunLog = Effect.fnUntraced(function* (options: {
  readonly store: ConversationStore["Service"]
  /** Told when a run's ending is durable. */
  readonly onEnded: (run: StoredRun, ending: RunEnding) => Effect.Effect<void>
}): Effect.fn.Return<RunLog, never, Scope.Scope> {
  const { store } = options
  const scope = yield* Effect.scope
  const commit = yield* makeGroupCommit(store.append)
  const carried = new Map<string, Carried>()

  const over = (live: LiveRun): Effect.Effect<void> =>
    Effect.sync(() => {
      close(live)
      carried.delete(live.runId)
    })

  /** The log gives way to the run's record in one step, and only then is its end seen. */
  const end = (
    run: StoredRun,
    live: LiveRun,
    last: Effect.Effect<PlanEvent, StoreError>,
  ): Effect.Effect<void, StoreError> =>
    Effect.gen(function* () {
      yield* commit.flushed(live)
      const terminal = yield* last
      const ending = endingOf(run, live.record.events(), terminal)
      yield* store.finish(ending)
      conclude(live, terminal)
      yield* over(live)
      yield* options.onEnded(run, ending)
    }).pipe(Effect.ensuring(over(live)), Effect.uninterruptible)

  const follow = ({ run, events }: Work, live: LiveRun): Effect.Effect<void> =>
    Stream.runForEachArray(events, (told) => {
      const last = told.at(-1)
      if (last === undefined || !isTerminal(last)) return commit.add(live, told) ?? Effect.void
      return Effect.andThen(
        commit.add(live, told.slice(0, -1)) ?? Effect.void,
        // It stays "running" in the store, and is gone on with when Commander starts again.
        Effect.catch(end(run, live, Effect.succeed(last)), (error) =>
          Effect.logError(`the end of ${run.id} was not saved: ${error.message}`),
        ),
      )
    })

  const carryOut: RunLog["carryOut"] = (work) =>
    Effect.gen(function* () {
      const live = makeLiveRun(work.run.id, work.logged)
      const fiber = yield* Effect.forkIn(follow(work, live), scope)
      carried.set(work.run.id, { work, live, fiber })
    }).pipe(Effect.uninterruptible)

  const stop: RunLog["stop"] = (run, request) =>
    Effect.gen(function* () {
      const found = carried.get(run.id)
      if (found !== undefined) yield* Fiber.interrupt(found.fiber)
      // It may have ended by itself while it was being interrupted.
      if (found?.live.isOver === true) return
      const stored = store.events({ runId: run.id, from: 0, limit: everything })
      // Nobody carries it out: it waits for its turn after a start.
      const live = found?.live ?? makeLiveRun(run.id, yield* stored)
      const stopped = Effect.gen(function* () {
        return stoppedByUser(yield* stored, { at: yield* Clock.currentTimeMillis, request })
      })
      yield* end(run, live, stopped)
    }).pipe(Effect.uninterruptible)

  const leave = ({ fiber, live }: Carried): Effect.Effect<void> =>
    Fiber.interrupt(fiber).pipe(
      Effect.andThen(Effect.suspend(() => (live.isOver ? Effect.void : commit.flushed(live)))),
      Effect.andThen(over(live)),
    )

  const settle: RunLog["settle"] = (grace) =>
    Effect.suspend(() => {
      const running = [...carried.values()]
      return Effect.andThen(
        Effect.timeoutOption(Fiber.awaitAll(running.map(({ fiber }) => fiber)), grace),
        Effect.forEach(running, leave, { concurrency: "unbounded", discard: true }),
      )
    })

  const untilOver: RunLog["untilOver"] = (runId) =>
    Effect.suspend(() => {
      const live = carried.get(runId)?.live
      return live === undefined ? Effect.void : live.readers.until(() => live.isOver)
    })

  return {
    carryOut,
    read: (runId, from) =>
      Stream.suspend(() => readRun({ runId, from, live: carried.get(runId)?.live, store })),
    stop,
    isCarriedOut: (runId) => carried.has(runId),
    settle,
    untilOver,
  }
})
