/** A request whose end is not in the log of its run, and the record that it gets. Pure. */
import type * as Duration from "effect/Duration"
import type { ModelFacts } from "../core/ModelFacts"
import { costOf } from "./accounting"
import type { AttemptRecord, RescueMode, RunError, Target, Usage } from "./PlanEvent"
import type { Continuation } from "./ResolvedStep"

export type Purpose = "answer" | "hedge" | "rescue"

export interface OpenAttempt {
  readonly attempt: number
  /** From 0, in the plan. */
  readonly step: number
  readonly target: Target
  readonly purpose: Purpose
  readonly rescue: RescueMode | undefined
  /** What was shown when it began, which a rescuer has to continue. */
  readonly textBefore: string
  /** Until the last event of the log. */
  readonly duration: Duration.Duration
  readonly timeToFirstPart: Duration.Duration | undefined
  /** Characters of text that were handed on. */
  readonly emitted: number
  /** Text and reasoning that were handed on. */
  readonly received: string
}

/** The record of an attempt that ends with the log. */
export const closed = (
  { attempt, step, target, duration, emitted, timeToFirstPart, rescue }: OpenAttempt,
  { error, usage, facts }: { readonly error: RunError; readonly usage: Usage; readonly facts: ModelFacts },
): AttemptRecord => ({
  attempt,
  step,
  target,
  error,
  duration,
  ...(timeToFirstPart === undefined ? {} : { timeToFirstPart }),
  emitted,
  usage,
  cost: costOf(usage, facts),
  ...(rescue === undefined ? {} : { rescue }),
})

/** What it was asked to continue. */
export const continuationOf = ({ rescue, textBefore }: OpenAttempt): Continuation | undefined =>
  rescue === undefined || rescue === "fresh" ? undefined : { mode: rescue, text: textBefore }
