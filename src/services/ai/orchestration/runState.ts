/** What a run has done so far, and the terminal event that follows from it. */
import { totalsOf } from "./accounting"
import type { AiPlan } from "./AiPlan"
import type { Failure } from "./Ask"
import type { Outcome } from "./attempt"
import { finalError, type Skipped } from "./finalError"
import { nameOf, type AttemptRecord, type RunError, type Target, type Terminal } from "./PlanEvent"

export interface RunState {
  /** Milliseconds since the epoch. */
  readonly deadlineAt: number
  /** When the run must have ended, whatever it does; infinite where the plan sets no longest time. */
  readonly endsAt: number
  /** Requests that were begun; those that have ended are in `attempts`. */
  started: number
  readonly attempts: Array<AttemptRecord>
  readonly skipped: Array<Skipped>
  /** By the step's index. */
  readonly steps: ReadonlyArray<StepState>
  /** Targets that a 429 closed, by the step's index: when they can be asked again, in milliseconds since the epoch. */
  readonly cooling: Map<number, number>
  /** Whether one long wait was waited out; there is no second. */
  hasWaitedOut: boolean
  /** The failure that the next target is switched to for. */
  left: { readonly from: Target; readonly cause: string } | undefined
  /** A request was too long for a context window of this many tokens. */
  outgrown: number | undefined
  /** What the consumer has seen. */
  shown: Shown
  emptyAnswer: Terminal | undefined
}

export interface StepState {
  /** Requests to its target. */
  asked: number
  /** Those of them that a waited-out pause allows beyond the step's attempts. */
  extra: number
  /** How often it failed, by the kind of failure. */
  readonly failures: Map<string, number>
  /** Its key, model or quota is refused: asking it again in this run is no use. */
  isRuledOut: boolean
  /** Whether the run has left it for the next step. */
  isOver: boolean
  /** How it failed as a hedge, or before the run was resumed; its own turn goes on from there. */
  pendingFailure: Failure | undefined
}

/** Requests that count as the step's own. */
export const used = (state: RunState, index: number): number => {
  const step = state.steps[index]
  return step === undefined ? 0 : step.asked - step.extra
}

/** A second request of the run to a target is a retry, whichever steps of the plan it comes from. */
export const requestKind = ({ attempts }: RunState, target: Target): "first" | "retry" =>
  attempts.some((attempt) => nameOf(attempt.target) === nameOf(target)) ? "retry" : "first"

export interface Shown {
  text: string
  anything: boolean
  toolCalls: number
}

export const nothingShown = (): Shown => ({ text: "", anything: false, toolCalls: 0 })

export const makeRunState = (plan: AiPlan, times: Pick<RunState, "deadlineAt" | "endsAt">): RunState => ({
  ...times,
  started: 0,
  attempts: [],
  skipped: [],
  steps: plan.steps.map(() => ({
    asked: 0,
    extra: 0,
    failures: new Map(),
    isRuledOut: false,
    isOver: false,
    pendingFailure: undefined,
  })),
  cooling: new Map(),
  hasWaitedOut: false,
  left: undefined,
  outgrown: undefined,
  shown: nothingShown(),
  emptyAnswer: undefined,
})

/** Attempts that ran side by side are listed in the order in which they began. */
export const recordOf = (attempts: ReadonlyArray<AttemptRecord>) => {
  const inOrder = attempts.toSorted((left, right) => left.attempt - right.attempt)
  return { attempts: inOrder, totals: totalsOf(inOrder) }
}

export const completed = (
  record: AttemptRecord,
  { finishReason }: Pick<Extract<Outcome, { readonly _tag: "Answered" }>, "finishReason">,
  state: RunState,
): Terminal => ({
  type: "plan-completed",
  target: record.target,
  finishReason,
  usage: record.usage,
  cost: record.cost,
  ...recordOf(state.attempts),
})

export const failed = (error: RunError, state: RunState): Terminal => ({
  type: "plan-failed",
  error,
  ...recordOf(state.attempts),
  partial: state.shown.anything,
})

/** The end of a run that never began. */
export const notRun = (error: RunError): Terminal => ({
  type: "plan-failed",
  error,
  attempts: [],
  totals: totalsOf([]),
  partial: false,
})

/** An answer without a word, as it is. */
export const emptyAnswer = (record: AttemptRecord, state: RunState): Terminal =>
  completed(record, { finishReason: "stop" }, state)

/** No target is left to ask. An empty answer is a last resort: it is returned when every other target was empty too. */
export const exhausted = (state: RunState, now: number): Terminal => {
  const { skipped } = state
  const record = recordOf(state.attempts)
  const { attempts } = record
  if (state.emptyAnswer !== undefined && attempts.every(({ error }) => saysNothingElse(error))) {
    return { ...state.emptyAnswer, ...record }
  }
  const { error, retryAfter } = finalError(attempts, skipped, now)
  return { ...failed(error, state), ...(retryAfter === undefined ? {} : { retryAfter }) }
}

/** An attempt that we broke off ourselves says nothing of its target. */
const saysNothingElse = (error: RunError | undefined): boolean =>
  error?._tag === "AIProviderError" && (error.reason === "EmptyAnswer" || error.reason === "Interrupted")
