/** No run gives up while its plan leaves it somebody to ask. */
import * as Duration from "effect/Duration"
import type { ObservedRun } from "../observeRuns"
import { attemptsIn, endedWith, endingOf, eventsIn, limitsBeganAt } from "./seenAttempts"

export const surrenders = (run: ObservedRun): ReadonlyArray<string> => {
  const ending = endingOf(run)
  if (ending?.type !== "plan-failed" || hasReachedItsLimits(run, ending)) return []
  const attempts = attemptsIn(run)
  const cut = attempts.find(({ begun, failed }) => begun !== undefined && failed !== undefined)
  const since = cut?.failed?.sequence ?? 0
  const isOver =
    cut === undefined
      ? attempts.some((attempt) => endedWith(attempt, ...stops))
      : run.plan.onPartial === "fail" ||
        eventsIn(run, "tool-call").length > 0 ||
        endedWith(cut, ...stopsAnswers)
  if (isOver) return []
  const refused = attempts.filter(
    (attempt) => attempt.started.sequence < since && endedWith(attempt, ...permanent),
  )
  const seen = new Set([
    ...attempts
      .filter(({ started, isInterrupted }) => started.sequence > since && !isInterrupted)
      .map(({ started }) => started.step),
    ...refused.map(({ started }) => started.step),
    ...eventsIn(run, "step-skipped").map(({ step }) => step),
  ])
  return run.plan.steps.flatMap((_, step) => (seen.has(step) ? [] : [`gives up without step ${step}`]))
}

const stops = ["InvalidRequest", "ContentRefused", "ContextTooLong", "DeadlineExceeded"]
const stopsAnswers = ["ContentRefused", "DeadlineExceeded"]
const permanent = [
  "InvalidKey",
  "QuotaExhausted",
  "TargetUnsupported",
  "ContentRefused",
  "InvalidRequest",
  "ContextTooLong",
]

const hasReachedItsLimits = (
  run: ObservedRun,
  { at, sequence }: NonNullable<ReturnType<typeof endingOf>>,
): boolean => {
  const { plan } = run
  const limit = Duration.min(plan.deadline, plan.maxDuration ?? Duration.infinity)
  const attempts = attemptsIn(run)
  return (
    attempts.length >= plan.maxAttempts ||
    at >= limitsBeganAt(run, sequence) + Duration.toMillis(limit) ||
    attempts.some((attempt) => endedWith(attempt, "DeadlineExceeded"))
  )
}
