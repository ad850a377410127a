/** What is wrong with the list of a run's events as a list: numbers, times, pairs, and the records at its end. */
import * as Duration from "effect/Duration"
import * as Equal from "effect/Equal"
import { isTerminal } from "@/services/ai/orchestration/PlanEvent"
import type { ObservedRun } from "../observeRuns"
import { attemptsIn, endedWith, endingOf, eventsIn } from "./seenAttempts"

export const malformations = (run: ObservedRun): ReadonlyArray<string> => [
  ...ofTheList(run),
  ...ofAttempts(run),
  ...(run.leftAt === undefined ? ofRecords(run) : []),
]

const when = (isWrong: boolean, what: string): ReadonlyArray<string> => (isWrong ? [what] : [])

const ofTheList = ({ events, leftAt }: ObservedRun): ReadonlyArray<string> => {
  const terminals = events.filter(isTerminal).length
  return [
    ...when(
      events.some(({ sequence }, index) => sequence !== index),
      "the sequence has gaps",
    ),
    ...when(
      events.some(({ at }, index) => at < (events[index - 1]?.at ?? 0)),
      "time goes back",
    ),
    ...when(leftAt === undefined && terminals !== 1, `${terminals} terminal events`),
    ...when(events.slice(0, -1).some(isTerminal), "an event after the terminal one"),
    ...when(events.length > 0 && events[0]?.type !== "plan-started", "does not begin with its plan"),
  ]
}

const ofAttempts = (run: ObservedRun): ReadonlyArray<string> => {
  const { events, plan, exchanges, leftAt } = run
  const attempts = attemptsIn(run)
  const begins = [...eventsIn(run, "answer-started"), ...eventsIn(run, "answer-resumed")]
  const unordered = attempts.some(({ started }, index) => started.attempt !== index + 1)
  const strays = attempts.some(({ target, exchange }) => exchange !== undefined && exchange.target !== target)
  return [
    ...when(unordered, "attempts are not numbered from 1"),
    ...when(
      leftAt === undefined && exchanges.length !== attempts.length,
      "requests and attempts differ in number",
    ),
    ...when(
      leftAt !== undefined &&
        exchanges.some(({ at, endedAt }) => at > leftAt || (endedAt ?? Infinity) > leftAt),
      "asks on when its consumer has left",
    ),
    ...when(strays, "a request went to another target than its attempt"),
    ...when(attempts.length > plan.maxAttempts, "more attempts than the plan allows"),
    ...attempts.flatMap(({ started, begun, failed }) => {
      const { attempt } = started
      const failures = eventsIn(run, "attempt-failed").filter((event) => event.attempt === attempt).length
      const beginnings = begins.filter((event) => event.attempt === attempt).length
      return [
        ...when(failures > 1, `attempt ${attempt} fails ${failures} times`),
        ...when(beginnings > 1, `attempt ${attempt} begins ${beginnings} times`),
        ...when(
          (failed?.emitted ?? 0) > 0 && begun === undefined,
          `attempt ${attempt} wrote before it began`,
        ),
      ]
    }),
    ...events.flatMap((event, index) => {
      if (event.type !== "answer-discarded") return []
      const next = events[index + 1]
      const isBrokenOff = attempts.some(
        ({ started, isInterrupted }) => isInterrupted && started.attempt === event.attempt,
      )
      const isFollowed =
        next === undefined ||
        (next.type === "answer-started" && next.attempt === event.attempt) ||
        (next.type === "attempt-failed" && isBrokenOff)
      return [
        ...when(plan.onPartial !== "restart", "an answer was discarded without leave"),
        ...when(!isFollowed, "an answer was discarded before another began"),
      ]
    }),
    ...when(
      eventsIn(run, "answer-started").length > 1 + eventsIn(run, "answer-discarded").length,
      "two answers began",
    ),
  ]
}

const ofRecords = (run: ObservedRun): ReadonlyArray<string> => {
  const ending = endingOf(run)
  if (ending === undefined) return ["no ending"]
  const attempts = attemptsIn(run)
  const { attempts: records, totals } = ending
  const answering = records.filter(({ error }) => error === undefined)
  const isEmptyAnswer =
    ending.type === "plan-completed" &&
    attempts.every((attempt) => attempt.isInterrupted || endedWith(attempt, "EmptyAnswer"))
  const shown = attempts.some(({ begun }) => begun !== undefined)
  return [
    ...when(records.length !== attempts.length, "records and attempts differ in number"),
    ...records.flatMap((record, index) => {
      const seen = attempts[index]
      const { failed } = seen ?? {}
      const isTold = (["error", "duration", "emitted", "usage", "cost", "target"] as const).every(
        (field) => failed === undefined || Equal.equals(failed[field], record[field]),
      )
      const emitted = emittedBy(run, record.attempt)
      return [
        ...when(record.attempt !== index + 1, "a record is out of order"),
        ...when(!isTold, `record ${record.attempt} differs from its event`),
        ...when(
          (record.error === undefined) !== (failed === undefined),
          `record ${record.attempt} has no event`,
        ),
        ...when(
          (record.timeToFirstPart === undefined) !== (seen?.begun === undefined),
          `record ${record.attempt} does not say that it began`,
        ),
        ...when(
          emitted !== record.emitted,
          `record ${record.attempt}: ${record.emitted}, not ${emitted} characters`,
        ),
        ...when(
          seen?.endedAt !== undefined &&
            seen.endedAt - seen.started.at !== Duration.toMillis(record.duration) &&
            record.error !== undefined,
          `record ${record.attempt} lasted otherwise`,
        ),
      ]
    }),
    ...when(
      answering.length !== (ending.type === "plan-completed" && !isEmptyAnswer ? 1 : 0),
      `${answering.length} attempts answered`,
    ),
    ...when(
      ending.type === "plan-failed" && ending.partial !== shown,
      "partial, or not, against what was shown",
    ),
    ...when(
      totals.outputTokens !== records.reduce((sum, { usage }) => sum + (usage.outputTokens ?? 0), 0),
      "the totals are not the sum",
    ),
  ]
}

/** Deltas belong to the attempt that began last. */
const emittedBy = ({ events }: ObservedRun, attempt: number): number => {
  let current = 0
  let emitted = 0
  for (const event of events) {
    if (event.type === "answer-started" || event.type === "answer-resumed") current = event.attempt
    if (event.type === "text-delta" && current === attempt) emitted += event.text.length
  }
  return emitted
}
