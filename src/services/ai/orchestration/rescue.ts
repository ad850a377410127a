/** An answer that broke off after it had begun: the other targets are asked, one after the other, to finish it. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { AiPlanStep } from "./AiPlan"
import type { Ask, Failure } from "./Ask"
import { askTarget } from "./askTarget"
import { modeOf } from "./continuation"
import { stopError } from "./finalError"
import type { Run } from "./Run"
import type { Terminal } from "./PlanEvent"
import { completed, failed, requestKind, type RunState } from "./runState"
import { isRejectedPrefill } from "./settle"
import { stepSpan } from "./spans"
import { enterStep, skipClosed } from "./steps"

/** With its place in the plan. */
export type PlannedStep = readonly [index: number, step: AiPlanStep]

/** Ends with the whole answer, or with what there is of it and the first cause. */
export const rescue = Effect.fnUntraced(function* (
  run: Run,
  cut: Failure,
  rescuers: ReadonlyArray<PlannedStep> = rescuersAfter(run, cut.record.step),
) {
  const { plan, state } = run
  const givenUp = (): Terminal => failed(stopError(cut.error, state.attempts, state.skipped), state)
  if (cut.ruling.then !== "rescue" || plan.onPartial === "fail") return givenUp()
  state.left ??= { from: cut.record.target, cause: cut.error.message }
  for (const [place, [index, step]] of rescuers.entries()) {
    const isPossible =
      // A tool that was called may have acted: what it led to cannot be continued by somebody else.
      state.shown.toolCalls === 0 &&
      state.started < plan.maxAttempts &&
      (yield* Clock.currentTimeMillis) < state.deadlineAt
    if (!isPossible) break
    const result = yield* rescueWith(run, { index, step, remaining: rescuers.slice(place + 1) })
    if (result?._tag === "Answered") return completed(result.record, result.outcome, state)
    if (result?._tag === "Failed") {
      if (result.ruling.then === "stop") break
      state.left = { from: result.record.target, cause: result.error.message }
    }
  }
  return givenUp()
})

/** The following steps, then the earlier ones, without those that cannot or must not be asked; the one that broke off last. */
export const rescuersAfter = ({ plan, state }: Run, cutIndex: number): ReadonlyArray<PlannedStep> => {
  const all = [...plan.steps.entries()]
  const others = [...all.slice(cutIndex + 1), ...all.slice(0, cutIndex)]
  return [...others.filter(([index]) => mayAnswerLater(state, index)), ...all.slice(cutIndex, cutIndex + 1)]
}

/** Neither refused for good nor passed over for want of a key or an ability; a closed target may be open by now. */
const mayAnswerLater = ({ steps, skipped }: RunState, index: number): boolean =>
  steps[index]?.isRuledOut === false &&
  !skipped.some((other) => other.index === index && other.closure === undefined)

interface Rescuer {
  readonly index: number
  readonly step: AiPlanStep
  /** Rescuers that come after this one. */
  readonly remaining: ReadonlyArray<PlannedStep>
}

/** Undefined when the step was passed over. */
const rescueWith = Effect.fnUntraced(function* (run: Run, { index, step, remaining }: Rescuer) {
  const usable = yield* enterStep(run, index, step)
  if (usable === undefined) return undefined
  const others = yield* Effect.forEach(remaining, ([, later]) => run.steps.resolve(later))
  const ask: Ask = {
    index,
    step,
    usable,
    kind: requestKind(run.state, usable.target),
    phase: "rescue",
    others: others.flatMap((other) => (other._tag === "Usable" ? [other.firstPart] : [])),
  }
  const result = yield* stepSpan(
    index,
    usable.target,
  )(run.plan.onPartial === "restart" ? askTarget(run, ask) : askToContinue(run, ask))
  if (result._tag !== "Refused") return result
  yield* skipClosed(run, { index, usable }, result.closure)
  return undefined
})

const askToContinue = Effect.fnUntraced(function* (run: Run, ask: Ask) {
  const continuing: Ask = { ...ask, rescue: modeOf(run.state.shown.text, ask.usable.facts) }
  const result = yield* askTarget(run, continuing)
  // The rejection is of the way of asking, not of the question: the same target is told in words.
  const isRejected = result._tag === "Failed" && !result.begun && isRejectedPrefill(continuing, result.error)
  return isRejected && run.state.started < run.plan.maxAttempts
    ? yield* askTarget(run, { ...ask, kind: "retry", rescue: "instruction" })
    : result
})
