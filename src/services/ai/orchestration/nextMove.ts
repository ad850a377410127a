/** What the run does after an attempt that failed before anything was shown, out of the verdict and of where the run stands. Pure. */
import * as Duration from "effect/Duration"
import { defaults, type AiPlanStep } from "./AiPlan"
import type { RunError } from "./PlanEvent"
import { backoffDelay, politeDelay } from "./timing"
import type { Verdict } from "./verdict"

export interface Situation {
  readonly error: RunError
  readonly ruling: Verdict
  readonly step: AiPlanStep
  /** Requests of this step so far, the failed one included. */
  readonly asked: number
  /** Requests that the run may still make. */
  readonly requestsLeft: number
  /** Until the run's deadline. */
  readonly timeLeft: Duration.Duration
  /** Whether a later target can be asked. */
  readonly othersLeft: boolean
  /** Whether this run has waited out a long `Retry-After` already. */
  readonly hasWaitedOut: boolean
  /** 0 up to 1. */
  readonly dice: number
}

export type Move =
  /** The run ends with this error. */
  | { readonly _tag: "Stop" }
  /** The run may ask nobody any more. */
  | { readonly _tag: "GiveUp" }
  /** The next step follows. */
  | { readonly _tag: "Leave" }
  /** Asks the same target again after the delay. `isWaitedOut`: beyond the step's attempts, once a run. */
  | { readonly _tag: "Wait"; readonly delay: Duration.Duration; readonly isWaitedOut: boolean }

export const nextMove = (situation: Situation): Move => {
  const { ruling, othersLeft, requestsLeft, timeLeft } = situation
  // A request that is too long is nobody's fault but its own once no larger window is left.
  const isTooLong = ruling.then === "larger-window" && !othersLeft
  if (isTooLong || ruling.then === "stop") return { _tag: "Stop" }
  if (requestsLeft <= 0) return { _tag: "GiveUp" }
  const wait = isAllowed(situation) ? patience(situation) : lastResort(situation)
  return wait === undefined || Duration.isGreaterThanOrEqualTo(wait.delay, timeLeft)
    ? { _tag: "Leave" }
    : wait
}

export type Wait = Extract<Move, { readonly _tag: "Wait" }>

const isAllowed = ({ ruling, asked, step }: Situation): boolean =>
  ruling.again._tag !== "No" && asked < step.attempts

/**
 * The backoff, or what the provider asks for where that is longer; none when that is so long that another target is the
 * better choice. That choice looks at the exact wait: the dice must not decide it.
 */
const patience = ({ error, step, asked, othersLeft, dice }: Situation): Wait | undefined => {
  const hint = (error._tag === "AIProviderError" ? error.retryAfter : undefined) ?? Duration.zero
  const exact = Duration.max(backoffDelay(step.backoff, asked - 1, 0.5), hint)
  if (othersLeft && Duration.isGreaterThan(exact, defaults.longestWaitBeforeSwitch)) return undefined
  const delay = Duration.max(backoffDelay(step.backoff, asked - 1, dice), politeDelay(hint, dice))
  return { _tag: "Wait", delay, isWaitedOut: false }
}

/** The last target asks for a long wait: it is waited out, once a run. */
const lastResort = ({ error, ruling, othersLeft, hasWaitedOut, dice }: Situation): Wait | undefined => {
  const hint = retryAfterOf(error)
  const isLong = hint !== undefined && ruling.again._tag === "No"
  return isLong && !othersLeft && !hasWaitedOut
    ? { _tag: "Wait", delay: politeDelay(hint, dice), isWaitedOut: true }
    : undefined
}

/** How long a rate-limited target asks us to wait. */
export const retryAfterOf = (error: RunError): Duration.Duration | undefined =>
  error._tag === "AIProviderError" && error.reason === "RateLimited" ? error.retryAfter : undefined
