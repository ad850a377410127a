/** One attempt of a run: what is asked of whom, and how it ended. */
import type * as Duration from "effect/Duration"
import type { AiPlanStep } from "./AiPlan"
import type { Outcome } from "./attempt"
import type { AdmissionRequest, Closure } from "./health/TargetHealth"
import type { AttemptRecord, RescueMode, RunError, Target } from "./PlanEvent"
import type { Race } from "./race"
import type { UsableStep } from "./ResolvedStep"
import type { Position, Verdict } from "./verdict"

export interface Ask {
  /** Of the step in the plan, from 0. */
  readonly index: number
  readonly step: AiPlanStep
  readonly usable: UsableStep
  readonly kind: AdmissionRequest["kind"]
  /** The target that is slow, where this attempt is a hedge. */
  readonly hedgeOf?: Target
  readonly phase: Position["phase"]
  /** The first-part limits of the targets that could still be asked; each keeps room before the deadline. */
  readonly others: ReadonlyArray<Duration.Duration>
  /** How the text shown so far is continued; absent when the attempt answers from the beginning. */
  readonly rescue?: RescueMode
  /** Against another attempt that runs at the same time. */
  readonly race?: Race
}

export type Result =
  | { readonly _tag: "Refused"; readonly closure: Closure }
  | {
      readonly _tag: "Answered"
      readonly record: AttemptRecord
      readonly outcome: Extract<Outcome, { _tag: "Answered" }>
    }
  | Failure

export interface Failure {
  readonly _tag: "Failed"
  readonly error: RunError
  readonly begun: boolean
  readonly ruling: Verdict
  readonly record: AttemptRecord
}
