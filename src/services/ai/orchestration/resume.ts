/** A run goes on after its process died: what was under way ends as interrupted, and the run stands where it stood. */
import * as Effect from "effect/Effect"
import { factsOf } from "../core/models"
import type { AiPlanStep } from "./AiPlan"
import type { Failure } from "./Ask"
import { interrupted, isInterrupted, isSuperseded } from "./attemptErrors"
import { stopError } from "./finalError"
import { closed, continuationOf, type OpenAttempt } from "./openAttempt"
import type { RunError, Target, Terminal } from "./PlanEvent"
import { rescue, rescuersAfter, type PlannedStep } from "./rescue"
import type { Run } from "./Run"
import type { PastAttempt, RunSoFar } from "./runSoFar"
import { failed } from "./runState"
import { isRejectedPrefill, judge } from "./settle"

/** Undefined when nothing was shown yet: then the plan is to be carried out. */
export const resume = Effect.fnUntraced(function* (
  run: Run,
  soFar: RunSoFar,
): Effect.fn.Return<Terminal | undefined> {
  const { state } = run
  state.started = soFar.ended.length + soFar.open.length
  state.shown = { ...soFar.shown }
  const broken = yield* Effect.forEach(soFar.open, (attempt) => breakOff(run, attempt))
  const past = [...soFar.ended, ...broken].toSorted((one, other) => one.record.attempt - other.record.attempt)
  const failures = yield* Effect.forEach(past, (attempt) => replay(run, attempt))
  const cut = failures.find(({ begun }) => begun)
  const last = past.findLast(({ purpose }) => purpose === (cut === undefined ? "answer" : "rescue"))
  if (last !== undefined) state.left = { from: last.record.target, cause: last.error.message }
  if (cut !== undefined) return yield* rescue(run, cut, rescuersFor(run, cut, past))
  const stop = failures.find(({ error, ruling }) => ruling.then === "stop" && !isOurs(error))
  if (stop !== undefined) return failed(stopError(stop.error, state.attempts, state.skipped), state)
  leaveSteps(run, past, failures)
  return undefined
})

/** Its target's health is told nothing. */
const breakOff = Effect.fnUntraced(function* (run: Run, open: OpenAttempt) {
  const error = interrupted(open.target)
  const record = closed(open, {
    error,
    usage: run.steps.estimate(open.received, continuationOf(open)),
    facts: yield* factsNow(run, run.plan.steps[open.step], open.target),
  })
  const { attempt, step, target, duration, emitted, usage, cost } = record
  yield* run.sink.tell([
    { type: "attempt-failed", attempt, step, target, error, duration, emitted, usage, cost },
  ])
  return { record, error, purpose: open.purpose } satisfies PastAttempt
})

/** The run remembers of the attempt what it would know if it had never been stopped. */
const replay = Effect.fnUntraced(function* (run: Run, { record, error, purpose }: PastAttempt) {
  const { state, plan } = run
  const { step: index, target, rescue: mode, timeToFirstPart } = record
  const step = plan.steps[index] ?? plan.steps[0]
  const stepState = state.steps[index]
  if (stepState !== undefined && !isOurs(error)) {
    stepState.asked += 1
    // Only a wait that was waited out allows one more than the step does.
    state.hasWaitedOut ||= stepState.asked > step.attempts
  }
  state.attempts.push(record)
  const begun = timeToFirstPart !== undefined
  const ruling = yield* judge(run, {
    ask: {
      index,
      step,
      phase: purpose === "rescue" ? "rescue" : "answer",
      ...(mode === undefined ? {} : { rescue: mode }),
      usable: { target, facts: yield* factsNow(run, step, target) },
    },
    record,
    error,
    begun,
  })
  return { _tag: "Failed", error, begun, ruling, record } satisfies Failure
})

/** A step before the one that was asked last has been left; the turn of another goes on from its last failure. */
const leaveSteps = (
  { state }: Run,
  past: ReadonlyArray<PastAttempt>,
  failures: ReadonlyArray<Failure>,
): void => {
  const current = past.findLast(({ purpose }) => purpose === "answer")?.record.step ?? 0
  for (const failure of failures) {
    const step = state.steps[failure.record.step]
    if (step === undefined || isOurs(failure.error)) continue
    if (failure.record.step < current) step.isOver = true
    else step.pendingFailure = failure
  }
}

/** Whoever was writing when Commander was stopped goes on first: it did not fail. Who has failed to go on is not asked again. */
const rescuersFor = (run: Run, cut: Failure, past: ReadonlyArray<PastAttempt>) => {
  const gaveUp = new Set(past.filter(hasFailedToRescue).map(({ record }) => record.step))
  const writer = past.findLast(({ record }) => record.timeToFirstPart !== undefined)
  const isFirst = ([index]: PlannedStep): boolean =>
    index === writer?.record.step && isInterrupted(writer.error)
  const rescuers = rescuersAfter(run, cut.record.step).filter(([index]) => !gaveUp.has(index))
  return [...rescuers.filter(isFirst), ...rescuers.filter((rescuer) => !isFirst(rescuer))]
}

const hasFailedToRescue = ({ record, error, purpose }: PastAttempt): boolean =>
  purpose === "rescue" && !isInterrupted(error) && !isRejectedPrefill(record, error)

/** Whether we broke it off, which says nothing of its target. One that was faster may have died before it showed anything. */
const isOurs = (error: RunError): boolean => isInterrupted(error) || isSuperseded(error)

/** Where the target cannot be asked any more, what the tables know of it. */
const factsNow = Effect.fnUntraced(function* (run: Run, step: AiPlanStep | undefined, target: Target) {
  const resolved = step === undefined ? undefined : yield* run.steps.resolve(step)
  return resolved?._tag === "Usable" ? resolved.facts : factsOf(target.provider, target.model)
})
