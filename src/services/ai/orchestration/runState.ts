/** What a run has done so far, and the terminal event that follows from it. */
import type { AiPlanStep } from "./AiPlan"
import type { Outcome } from "./attempt"
import { finalError, type Skipped } from "./finalError"
import type { AttemptRecord, PlanEventBody, RunError, Target } from "./PlanEvent"

export interface RunState {
  /** Milliseconds since the epoch. */
  readonly deadlineAt: number
  readonly attempts: Array<AttemptRecord>
  readonly skipped: Array<Skipped>
  /** Targets that asked for a wait, by name. */
  readonly cooling: Map<string, Cooling>
  /** Whether one long wait was waited out; there is no second. */
  hasWaitedOut: boolean
  /** The failure that the next target is switched to for. */
  left: { readonly from: Target; readonly cause: string } | undefined
  emptyAnswer: Terminal | undefined
}

interface Cooling {
  readonly index: number
  readonly step: AiPlanStep
  /** Milliseconds since the epoch. */
  readonly reopensAt: number
}

export type Terminal = Extract<PlanEventBody, { readonly type: "plan-completed" | "plan-failed" }>

export const completed = (
  target: Target,
  { finishReason, usage }: Extract<Outcome, { _tag: "Answered" }>,
  { attempts }: RunState,
): Terminal => ({ type: "plan-completed", target, finishReason, usage, attempts: [...attempts] })

export const failed = (error: RunError, { attempts }: RunState, partial: boolean): Terminal => ({
  type: "plan-failed",
  error,
  attempts: [...attempts],
  partial,
})

/** An empty answer is a last resort: it is kept, and returned as it is when every other target is empty too. */
export const emptyAnswer = (target: Target, { usage }: Outcome, { attempts }: RunState): Terminal => ({
  type: "plan-completed",
  target,
  finishReason: "stop",
  usage,
  attempts: [...attempts],
})

/** No target is left to ask. */
export const exhausted = (state: RunState): Terminal => {
  const { attempts, skipped } = state
  if (state.emptyAnswer !== undefined && attempts.every(({ error }) => isEmptyAnswer(error))) {
    return { ...state.emptyAnswer, attempts: [...attempts] }
  }
  const { error, retryAfter } = finalError(attempts, skipped)
  return { ...failed(error, state, false), ...(retryAfter === undefined ? {} : { retryAfter }) }
}

const isEmptyAnswer = (error: RunError | undefined): boolean =>
  error?._tag === "AIProviderError" && error.reason === "EmptyAnswer"
