/** How whoever keeps the log of a run closes it when the run is stopped and cannot do so itself. Pure. */
import { factsOf } from "../core/models"
import { estimateTokens } from "../core/tokens"
import { estimatedUsage } from "./accounting"
import { needsOf } from "./capability"
import { closed, continuationOf, type OpenAttempt } from "./openAttempt"
import type { PlanEvent, RunError, Usage } from "./PlanEvent"
import type { RunRequest } from "./PlanRunner"
import { runSoFar } from "./runSoFar"
import { recordOf } from "./runState"

export interface Closing {
  readonly error: RunError
  /** Milliseconds since the epoch. */
  readonly at: number
  /** What the run was asked; without it nobody knows what its open attempts used. */
  readonly request?: Pick<RunRequest, "prompt" | "options">
}

/**
 * The `plan-failed` that follows: attempts that were under way end with its error.
 * @param events the log, in which nothing has ended; it may be empty, and its text is not joined
 */
export const closingOf = (
  events: ReadonlyArray<PlanEvent>,
  { error, at, request }: Closing,
): Extract<PlanEvent, { readonly type: "plan-failed" }> => {
  const soFar = runSoFar(events)
  const ended = soFar?.ended.map(({ record }) => record) ?? []
  const broken = soFar?.open.map((attempt) =>
    closed(attempt, {
      error,
      usage: usageOf(attempt, request),
      facts: factsOf(attempt.target.provider, attempt.target.model),
    }),
  )
  return {
    type: "plan-failed",
    sequence: soFar?.nextSequence ?? 0,
    at,
    error,
    ...recordOf([...ended, ...(broken ?? [])]),
    partial: soFar?.shown.anything ?? false,
  }
}

const usageOf = (attempt: OpenAttempt, request: Closing["request"]): Usage => {
  if (request === undefined) return { source: "unknown" }
  const { prompt, options = {} } = request
  return estimatedUsage({
    promptTokens:
      needsOf({ prompt, options }).estimatedInputTokens() +
      estimateTokens(continuationOf(attempt)?.text ?? ""),
    emittedText: attempt.received,
  })
}
