/** Carries out a plan: asks its targets in order, as `verdict` says, within the deadline, and tells all as events. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Stream from "effect/Stream"
import type { AiPlanStep } from "./AiPlan"
import type { Ask, Failure, Result } from "./Ask"
import { askTarget } from "./askTarget"
import { eventsOf, type Produce } from "./eventSink"
import { stopError } from "./finalError"
import { askHedged } from "./hedging"
import { waitForFirst } from "./lastResort"
import { nextMove, retryAfterOf, type Wait } from "./nextMove"
import type { PlanEvent, Terminal } from "./PlanEvent"
import { rescue } from "./rescue"
import { resume } from "./resume"
import type { UsableStep } from "./ResolvedStep"
import type { Run } from "./Run"
import type { RunSoFar } from "./runSoFar"
import { completed, exhausted, failed, makeRunState, requestKind, used } from "./runState"
import { runSpan, stepSpan } from "./spans"
import { enterStep, skipClosed, usableAfter } from "./steps"

export interface ExecutorOptions extends Pick<Run, "plan" | "steps" | "needs" | "health"> {
  readonly runId: string
  readonly soFar?: RunSoFar | undefined
  readonly observe: Produce["observe"]
}

/** Ends with exactly one terminal event; an interrupted run just ends, and can be resumed. */
export const execute = ({ runId, soFar, observe, ...options }: ExecutorOptions): Stream.Stream<PlanEvent> =>
  eventsOf({
    observe,
    from: soFar && { sequence: soFar.nextSequence, shown: soFar.shown.anything },
    run: Effect.fnUntraced(function* (sink) {
      const { plan } = options
      if (soFar === undefined) yield* sink.tell([{ type: "plan-started", runId, plan }])
      const now = yield* Clock.currentTimeMillis
      const endsAt = now + (plan.maxDuration === undefined ? Infinity : Duration.toMillis(plan.maxDuration))
      const deadlineAt = Math.min(now + Duration.toMillis(plan.deadline), endsAt)
      const state = makeRunState(plan, { deadlineAt, endsAt })
      const run: Run = { ...options, sink, state }
      return yield* runSpan(plan)(soFar === undefined ? carryOut(run) : goOn(run, soFar))
    }),
  })

const goOn = Effect.fnUntraced(function* (run: Run, soFar: RunSoFar) {
  return (yield* resume(run, soFar)) ?? (yield* carryOut(run))
})

const carryOut = Effect.fnUntraced(function* (run: Run) {
  for (const [index, step] of run.plan.steps.entries()) {
    if (run.state.steps[index]?.isOver === true) continue
    const ending = yield* runStep(run, index, step)
    if (ending !== undefined) return ending
    const stepState = run.state.steps[index]
    if (stepState !== undefined) stepState.isOver = true
  }
  const last = yield* Effect.scoped(
    Effect.flatMap(waitForFirst(run), (reopened) =>
      reopened === undefined ? Effect.succeed(undefined) : runStep(run, reopened.index, reopened.step),
    ),
  )
  return last ?? exhausted(run.state, yield* Clock.currentTimeMillis)
})

/** Undefined when the next step is to follow. */
const runStep = Effect.fnUntraced(function* (run: Run, index: number, step: AiPlanStep) {
  if (used(run.state, index) >= step.attempts) return undefined
  const usable = yield* enterStep(run, index, step)
  if (usable === undefined) return undefined
  return yield* stepSpan(index, usable.target)(askInTurn({ run, index, step, usable }))
})

interface StepRun {
  readonly run: Run
  readonly index: number
  readonly step: AiPlanStep
  readonly usable: UsableStep
}

/** Asks one target as often as its step and the verdicts allow. */
const askInTurn = Effect.fnUntraced(function* (stepRun: StepRun) {
  const { run, index, step, usable } = stepRun
  const { plan, state } = run
  let failure = takePendingFailure(stepRun)
  for (;;) {
    const ending = failure === undefined ? undefined : yield* afterFailure(stepRun, failure)
    if (ending !== undefined) return ending.terminal
    const now = yield* Clock.currentTimeMillis
    if (state.started >= plan.maxAttempts || now >= state.deadlineAt) return exhausted(state, now)
    const later = yield* usableAfter(run, index)
    const ask: Ask = {
      index,
      step,
      usable,
      kind: requestKind(state, usable.target),
      phase: "answer",
      others: later.map((other) => other.usable.firstPart),
    }
    const result: Result = yield* step.hedge === undefined
      ? askTarget(run, ask)
      : askHedged(run, ask, step.hedge)
    if (result._tag === "Answered") return completed(result.record, result.outcome, state)
    if (result._tag === "Refused") {
      yield* skipClosed(run, stepRun, result.closure)
      if (used(state, index) > 0) state.left ??= { from: usable.target, cause: result.closure.message }
      return undefined
    }
    if (result.begun) return yield* rescue(run, result)
    failure = result
  }
})

/** How its target failed beside an earlier one, or before the run was resumed: its own turn goes on from there, once. */
const takePendingFailure = ({ run, index }: StepRun): Failure | undefined => {
  const stepState = run.state.steps[index]
  const failure = stepState?.pendingFailure
  if (stepState !== undefined) stepState.pendingFailure = undefined
  return failure
}

interface StepEnding {
  /** Undefined when the next step is to follow. */
  readonly terminal: Terminal | undefined
}

/** Waits, and is undefined, when the target is to be asked again. */
const afterFailure = Effect.fnUntraced(function* (
  stepRun: StepRun,
  failure: Failure,
): Effect.fn.Return<StepEnding | undefined> {
  const { state } = stepRun.run
  const { error } = failure
  const move = yield* moveAfter(stepRun, failure)
  switch (move._tag) {
    case "Stop":
      return { terminal: failed(stopError(error, state.attempts, state.skipped), state) }
    case "GiveUp":
      return { terminal: exhausted(state, yield* Clock.currentTimeMillis) }
    case "Leave":
      state.left = { from: stepRun.usable.target, cause: error.message }
      return { terminal: undefined }
    case "Wait":
      yield* wait(stepRun, failure, move)
      return undefined
  }
})

/** What follows a failure before anything was shown. */
const moveAfter = Effect.fnUntraced(function* ({ run, index, step }: StepRun, { error, ruling }: Failure) {
  const { plan, state } = run
  const others = yield* usableAfter(run, index)
  return nextMove({
    error,
    ruling,
    step,
    asked: used(state, index),
    requestsLeft: plan.maxAttempts - state.started,
    timeLeft: Duration.millis(state.deadlineAt - (yield* Clock.currentTimeMillis)),
    othersLeft: others.length > 0,
    hasWaitedOut: state.hasWaitedOut,
    dice: yield* Random.next,
  })
})

const wait = Effect.fnUntraced(function* ({ run, index, usable }: StepRun, { error }: Failure, move: Wait) {
  const { state, sink } = run
  const stepState = state.steps[index]
  if (move.isWaitedOut) {
    state.hasWaitedOut = true
    if (stepState !== undefined) stepState.extra += 1
  }
  yield* sink.tell([
    {
      type: "retry-scheduled",
      step: index,
      target: usable.target,
      delay: move.delay,
      askedByProvider: retryAfterOf(error) !== undefined,
      cause: error.message,
    },
  ])
  yield* Effect.sleep(move.delay)
})
