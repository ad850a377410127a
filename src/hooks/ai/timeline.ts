/** The rows of an answer's timeline, and how they change. Pure. */
import type { AnswerView, Successor, TargetView, TimelineRow } from "./chatState"

export type AttemptRow = Extract<TimelineRow, { readonly kind: "attempt" }>
type Timeline = AnswerView["timeline"]

/** The row takes the place of its step, which has been reached. */
export const enter = (timeline: Timeline, step: number, row: TimelineRow): Timeline =>
  insert(
    timeline.filter((other) => other.kind !== "not-needed" || other.step !== step),
    row,
  )

/** Steps that the run has not reached stay last. */
export const insert = (timeline: Timeline, row: TimelineRow): Timeline => {
  const first = timeline.findIndex(({ kind }) => kind === "not-needed")
  return first === -1 ? [...timeline, row] : [...timeline.slice(0, first), row, ...timeline.slice(first)]
}

export const updateAttempt = (
  timeline: Timeline,
  attempt: number,
  change: (row: AttemptRow) => AttemptRow,
): Timeline => timeline.map((row) => (row.kind === "attempt" && row.attempt === attempt ? change(row) : row))

/** Gives the attempts that are still open their end. */
export const closeAttempts = (
  timeline: Timeline,
  ending: (row: AttemptRow) => AttemptRow["outcome"],
): Timeline =>
  timeline.map((row) => {
    if (row.kind !== "attempt") return row
    const isOpen = row.outcome.state === "asking" || row.outcome.state === "answering"
    return isOpen ? { ...row, outcome: ending(row) } : row
  })

/** Tells in the row of the attempt that was cut who goes on, once somebody does. */
export const succeed = (timeline: Timeline, target: TargetView, text: Successor["text"]): Timeline => {
  const cut = timeline.findLastIndex(
    (row) => row.kind === "attempt" && row.outcome.state === "failed" && row.outcome.begun,
  )
  return timeline.map((row, index) =>
    index === cut && row.kind === "attempt" && row.outcome.state === "failed"
      ? { ...row, outcome: { ...row.outcome, successor: { target, text } } }
      : row,
  )
}

/** Whoever was overtaken may be told of before the one that was faster. */
export const overtake = (timeline: Timeline, by: TargetView): Timeline =>
  timeline.map((row) =>
    row.kind === "attempt" && row.outcome.state === "superseded" && row.outcome.by === undefined
      ? { ...row, outcome: { ...row.outcome, by } }
      : row,
  )

export const hasBegun = ({ outcome }: AttemptRow): boolean => outcome.state === "answering"
