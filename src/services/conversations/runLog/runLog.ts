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
  /** Ends the run, and its record says that the user did; returns once that is durable. */
  readonly stop: (runId: string) => Effect.Effect<void>
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
  ): Effect.Effect<void> =>
    Effect.gen(function* () {
      yield* commit.flushed(live)
      const terminal = yield* last
      const ending = endingOf(run, [...live.record.events(), terminal])
      yield* store.finish(ending)
      conclude(live, terminal)
      yield* over(live)
      yield* options.onEnded(run, ending)
    }).pipe(
      // It stays "running" in the store, and is gone on with when Commander starts again.
      Effect.catch((error) => Effect.logError(`the end of ${run.id} was not saved: ${error.message}`)),
      Effect.andThen(over(live)),
      Effect.uninterruptible,
    )

  const follow = ({ run, events }: Work, live: LiveRun): Effect.Effect<void> =>
    Stream.runForEachArray(events, (told) => {
      const last = told.at(-1)
      if (last === undefined || !isTerminal(last)) return commit.add(live, told) ?? Effect.void
      return Effect.andThen(
        commit.add(live, told.slice(0, -1)) ?? Effect.void,
        end(run, live, Effect.succeed(last)),
      )
    })

  const carryOut: RunLog["carryOut"] = (work) =>
    Effect.gen(function* () {
      const live = makeLiveRun(work.run.id, work.logged)
      const fiber = yield* Effect.forkIn(follow(work, live), scope)
      carried.set(work.run.id, { work, live, fiber })
    }).pipe(Effect.uninterruptible)

  const stop: RunLog["stop"] = (runId) =>
    Effect.suspend(() => {
      const found = carried.get(runId)
      if (found === undefined) return Effect.void
      const { work, live, fiber } = found
      const { run, request } = work
      const stopped = Effect.gen(function* () {
        const logged = yield* store.events({ runId, from: 0, limit: everything })
        return stoppedByUser(logged, { at: yield* Clock.currentTimeMillis, request })
      })
      return Effect.andThen(
        Fiber.interrupt(fiber),
        // It may have ended by itself while it was being interrupted.
        Effect.suspend(() => (live.isOver ? Effect.void : end(run, live, stopped))),
      )
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
    settle,
    untilOver,
  }
})
