/** A run that is being carried out, as its readers and the log's writer see it. */
import type { PlanEvent } from "../../ai/orchestration/PlanEvent"
import { makeCompactor, type Compactor } from "../compaction"
import { makeBell, type Bell } from "./bell"

export const defaults = {
  /** How many of the last events are held in memory for readers; older ones are read from the store. */
  recent: 1024,
}

export interface LiveRun {
  readonly runId: string
  /** The number of the first event that is not logged yet. */
  next: number
  /** The last logged events; the final one has the number `next - 1`. */
  recent: Array<PlanEvent>
  /** All that is logged, joined; what the run leaves when it ends. */
  readonly record: Compactor
  /** Told by the run and waiting to be logged. */
  pending: Array<PlanEvent>
  /** The number of the next event that the run tells; as great as `next` when all that it told is logged. */
  told: number
  /** Whether nothing more will come, be it that it has ended or that it was interrupted. */
  isOver: boolean
  /** Rings when there is more to read, or when it is over. */
  readonly readers: Bell
  /** Rings when events have been logged. */
  readonly writers: Bell
}

/** @param logged what an earlier process has logged of it */
export const makeLiveRun = (runId: string, logged: ReadonlyArray<PlanEvent> = []): LiveRun => {
  const next = (logged.at(-1)?.sequence ?? -1) + 1
  const record = makeCompactor()
  record.add(logged)
  return {
    runId,
    next,
    recent: [],
    record,
    pending: [],
    told: next,
    isOver: false,
    readers: makeBell(),
    writers: makeBell(),
  }
}

/** From now on readers see them. */
export const show = (run: LiveRun, events: ReadonlyArray<PlanEvent>): void => {
  run.recent.push(...events)
  run.record.add(events)
  run.next += events.length
  if (run.recent.length > 2 * defaults.recent) run.recent = run.recent.slice(-defaults.recent)
  run.readers.ring()
}

/** It has ended, or was interrupted: nothing more comes. */
export const close = (run: LiveRun): void => {
  run.isOver = true
  run.readers.ring()
}

/** Its last event, which is logged in another way than the others. */
export const conclude = (run: LiveRun, terminal: PlanEvent): void => {
  run.told += 1
  show(run, [terminal])
  close(run)
}
