/**
 * Logs the events of all running runs together, and shows them to readers only then: what was seen survives the death of the
 * process. One commit serves every run, so that its cost does not grow with their number.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { PlanEvent } from "../../ai/orchestration/PlanEvent"
import type { ConversationStore, LoggedEvents } from "../ConversationStore"
import { makeBell } from "./bell"
import { show, type LiveRun } from "./liveRun"

export const defaults = {
  /** How long after a commit the next one follows at the earliest; an event waits no longer than this. */
  interval: Duration.millis(25),
  /** The same once so many runs wrote at the last commit: a few words more at once, at half the cost. */
  busy: { runs: 50, interval: Duration.millis(50) },
  /** So many unwritten events of one run are written at once, and slow the run down until they are. */
  pending: 64,
}

export interface GroupCommit {
  /** The path of every token: undefined when the run may go on at once, else what waits until it may. */
  readonly add: (run: LiveRun, events: ReadonlyArray<PlanEvent>) => Effect.Effect<void> | undefined
  /** Returns once everything that the run has told is logged. */
  readonly flushed: (run: LiveRun) => Effect.Effect<void>
}

export const makeGroupCommit = (
  append: ConversationStore["Service"]["append"],
): Effect.Effect<GroupCommit, never, Scope.Scope> =>
  Effect.gen(function* () {
    const dirty = new Set<LiveRun>()
    let isUrgent = false
    let isBusy = false
    const bell = makeBell()

    const isFull = (run: LiveRun): boolean => run.pending.length >= defaults.pending

    const urge = (): void => {
      isUrgent = true
      bell.ring()
    }

    /**
     * A run whose events are refused does not take the others' with it. An answer that cannot be logged is better seen than
     * withheld.
     */
    const log = (batch: ReadonlyArray<LoggedEvents>): Effect.Effect<void> =>
      Effect.catchCause(append(batch), (cause) =>
        batch.length > 1
          ? Effect.forEach(batch, (one) => log([one]), { discard: true })
          : Effect.logError("events were not logged", cause),
      )

    const write = Effect.suspend(() => {
      isUrgent = false
      const written = [...dirty].map((run) => {
        const events = run.pending
        run.pending = []
        return { run, events }
      })
      dirty.clear()
      isBusy = written.length >= defaults.busy.runs
      const batch = written.map(({ run, events }): LoggedEvents => ({ runId: run.runId, events }))
      const shown = Effect.sync(() => {
        for (const { run, events } of written) {
          show(run, events)
          run.writers.ring()
        }
      })
      return Effect.andThen(log(batch), shown)
    })

    const untilDirty = bell.until(() => dirty.size > 0)
    const pause = Effect.suspend(() =>
      Effect.timeoutOption(
        bell.until(() => isUrgent),
        isBusy ? defaults.busy.interval : defaults.interval,
      ),
    )
    yield* Effect.forkScoped(
      Effect.forever(Effect.andThen(Effect.andThen(untilDirty, Effect.uninterruptible(write)), pause)),
    )

    const add: GroupCommit["add"] = (run, events) => {
      // Nothing told is nothing to write, least of all for a run that ends meanwhile.
      if (events.length === 0) return undefined
      for (const event of events) run.pending.push(event)
      run.told += events.length
      const isFirst = dirty.size === 0
      dirty.add(run)
      if (!isFull(run)) {
        if (isFirst) bell.ring()
        return undefined
      }
      urge()
      return run.writers.until(() => !isFull(run))
    }
    const flushed: GroupCommit["flushed"] = (run) =>
      Effect.suspend(() => {
        if (run.pending.length > 0) urge()
        return run.writers.until(() => run.next === run.told)
      })
    return { add, flushed }
  })
