/** Carries out a plan: asks its targets in order, as `verdict` says, within the deadline, and tells all as events. */
import type * as Response from "effect/ai/Response"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import type { AiError } from "../core/AgentLanguageModel"
import type { AiPlan, AiPlanStep } from "./AiPlan"
import { runAttempt } from "./attempt"
import { stopError } from "./finalError"
import { nextMove, retryAfterOf } from "./nextMove"
import {
  nameOf,
  type PlanEvent,
  type PlanEventBody,
  type RunError,
  type SkipReason,
  type Target,
} from "./PlanEvent"
import { completed, emptyAnswer, exhausted, failed, type RunState } from "./runState"
import { attemptSpan, endAttemptSpan, runSpan, stepSpan } from "./spans"
import { politeDelay, roomFor } from "./timing"
import { verdict, type Verdict } from "./verdict"

/** A step as it can be carried out now. */
export type ResolvedStep =
  | {
      readonly _tag: "Usable"
      readonly target: Target
      readonly ask: () => Stream.Stream<Response.StreamPartEncoded, AiError>
      /** How long the first part of this target may take. */
      readonly firstPart: Duration.Duration
    }
  | { readonly _tag: "Skipped"; readonly reason: SkipReason }

type UsableStep = Extract<ResolvedStep, { readonly _tag: "Usable" }>

export interface ExecutorOptions {
  readonly plan: AiPlan
  /** Asked anew whenever a step is entered or counted on, so that a mended key is seen. */
  readonly resolve: (step: AiPlanStep) => Effect.Effect<ResolvedStep>
}

/** Ends with exactly one terminal event; an interrupted run just ends. */
export const execute = (options: ExecutorOptions): Stream.Stream<PlanEvent> =>
  Stream.callback<PlanEvent>(
    (queue) =>
      Effect.gen(function* () {
        let sequence = 0
        const emit = (bodies: ReadonlyArray<PlanEventBody>): Effect.Effect<void> =>
          Effect.flatMap(Clock.currentTimeMillis, (at) =>
            Queue.offerAll(
              queue,
              bodies.map((body): PlanEvent => ({ ...body, sequence: sequence++, at })),
            ),
          )
        yield* emit([{ type: "plan-started", plan: options.plan }])
        const terminal = yield* runSpan(options.plan)(run(options, emit))
        yield* emit([terminal])
        yield* Queue.end(queue)
      }),
    { bufferSize: 64, strategy: "suspend" },
  )

type Emit = (bodies: ReadonlyArray<PlanEventBody>) => Effect.Effect<void>

const run = Effect.fnUntraced(function* (options: ExecutorOptions, emit: Emit) {
  const { plan, resolve } = options
  const state: RunState = {
    deadlineAt: (yield* Clock.currentTimeMillis) + Duration.toMillis(plan.deadline),
    attempts: [],
    skipped: [],
    cooling: new Map(),
    hasWaitedOut: false,
    left: undefined,
    emptyAnswer: undefined,
  }

  for (const [index, step] of plan.steps.entries()) {
    const resolved = yield* resolve(step)
    if (resolved._tag === "Skipped") {
      state.skipped.push({ provider: step.provider, reason: resolved.reason })
      yield* emit([{ type: "step-skipped", step: index, provider: step.provider, reason: resolved.reason }])
      continue
    }
    if (state.left !== undefined) {
      yield* emit([
        { type: "target-switched", from: state.left.from, to: resolved.target, cause: state.left.cause },
      ])
    }
    const ending = yield* stepSpan(
      index,
      resolved.target,
    )(runStep({ ...options, emit, state, index, step, usable: resolved }))
    if (ending !== undefined) return ending
  }
  return (yield* askOnceMore(options, emit, state)) ?? exhausted(state)
})

/**
 * All steps are used up: the target that a 429 closed and that reopens first is asked once more, if there is time. A run
 * that has waited a long wait out already has had this chance.
 */
const askOnceMore = Effect.fnUntraced(function* (options: ExecutorOptions, emit: Emit, state: RunState) {
  const [earliest] = [...state.cooling.values()].toSorted((left, right) => left.reopensAt - right.reopensAt)
  if (earliest === undefined || state.hasWaitedOut || state.attempts.length >= options.plan.maxAttempts)
    return undefined
  const now = yield* Clock.currentTimeMillis
  const rest = Duration.millis(Math.max(0, earliest.reopensAt - now))
  const delay = politeDelay(rest, yield* Random.next)
  const resolved = yield* options.resolve(earliest.step)
  if (resolved._tag === "Skipped" || now + Duration.toMillis(delay) >= state.deadlineAt) return undefined
  const { index } = earliest
  const { target } = resolved
  state.hasWaitedOut = true
  yield* wait(emit, { step: index, target, delay, askedByProvider: true, cause: reopening(target) })
  const step = { ...earliest.step, attempts: 1 }
  return yield* stepSpan(index, target)(runStep({ ...options, emit, state, index, step, usable: resolved }))
})

const reopening = (target: Target): string => `${nameOf(target)} can be asked again after its wait`

interface StepRun extends ExecutorOptions {
  readonly emit: Emit
  readonly state: RunState
  readonly index: number
  readonly step: AiPlanStep
  readonly usable: UsableStep
}

/** Asks one target as often as its step and the verdicts allow; undefined when the next step is to follow. */
const runStep = Effect.fnUntraced(function* (stepRun: StepRun) {
  const { plan, step, usable, state, emit, index } = stepRun
  const failures = new Map<string, number>()
  let asked = 0

  while (state.attempts.length < plan.maxAttempts && (yield* Clock.currentTimeMillis) < state.deadlineAt) {
    const outcome = yield* ask(stepRun)
    asked += 1
    if (outcome._tag === "Answered") return completed(usable.target, outcome, state)

    const { error, committed } = outcome
    const kind = error._tag === "AIProviderError" ? error.reason : error._tag
    const sameReason = (failures.get(kind) ?? 0) + 1
    failures.set(kind, sameReason)
    const ruling = verdict(error, { committed, sameReason, onRefusal: step.onRefusal })
    if (kind === "EmptyAnswer") state.emptyAnswer = emptyAnswer(usable.target, outcome, state)
    const now = yield* Clock.currentTimeMillis
    const reopensAfter = coolingOf(error, ruling)
    if (reopensAfter === undefined) state.cooling.delete(nameOf(usable.target))
    else
      state.cooling.set(nameOf(usable.target), {
        index,
        step,
        reopensAt: now + Duration.toMillis(reopensAfter),
      })

    const move = nextMove({
      error,
      ruling,
      step,
      asked,
      committed,
      requestsLeft: plan.maxAttempts - state.attempts.length,
      timeLeft: Duration.millis(state.deadlineAt - now),
      othersLeft: (yield* usableAfter(stepRun)).length > 0,
      hasWaitedOut: state.hasWaitedOut,
      dice: yield* Random.next,
    })
    switch (move._tag) {
      case "Stop":
        return failed(stopError(error, state.attempts, state.skipped), state, committed)
      case "GiveUp":
        return exhausted(state)
      case "Leave":
        state.left = { from: usable.target, cause: error.message }
        return undefined
      case "Wait":
        state.hasWaitedOut ||= move.isWaitedOut
        if (move.isWaitedOut) asked -= 1
        yield* wait(emit, {
          step: index,
          target: usable.target,
          delay: move.delay,
          askedByProvider: retryAfterOf(error) !== undefined,
          cause: error.message,
        })
    }
  }
  return exhausted(state)
})

/** How long a 429 closes its target: as long as the provider asks, else as the verdict says. */
const coolingOf = (error: RunError, { cool }: Verdict): Duration.Duration | undefined =>
  error._tag === "AIProviderError" && error.reason === "RateLimited" && cool._tag === "Target"
    ? (error.retryAfter ?? cool.duration)
    : undefined

const wait = (emit: Emit, details: Omit<Extract<PlanEventBody, { type: "retry-scheduled" }>, "type">) =>
  Effect.andThen(emit([{ type: "retry-scheduled", ...details }]), Effect.sleep(details.delay))

/** The targets after this step that can be asked now. */
const usableAfter = ({ plan, resolve, index }: StepRun): Effect.Effect<ReadonlyArray<UsableStep>> =>
  Effect.map(Effect.forEach(plan.steps.slice(index + 1), resolve), (steps) =>
    steps.filter((resolved) => resolved._tag === "Usable"),
  )

/** One attempt, with its events and its record. */
const ask = Effect.fnUntraced(function* (stepRun: StepRun) {
  const { state, usable, step, emit, index } = stepRun
  const { target } = usable
  const others = yield* usableAfter(stepRun)
  const remaining = state.deadlineAt - (yield* Clock.currentTimeMillis)
  const attempt = state.attempts.length + 1
  const own = step.firstPart ?? usable.firstPart
  const firstPart = roomFor(
    own,
    remaining,
    others.map((other) => other.firstPart),
  )
  yield* emit([{ type: "attempt-started", attempt, step: index, target }])
  const outcome = yield* attemptSpan(
    attempt,
    target,
  )(
    Effect.tap(
      runAttempt({
        attempt,
        target,
        parts: Stream.suspend(usable.ask),
        firstPart,
        boundByDeadline: others.length === 0 && Duration.isLessThan(firstPart, own),
        stall: step.stall,
        emit,
      }),
      endAttemptSpan,
    ),
  )
  const { duration, timeToFirstPart, emitted, usage } = outcome
  state.attempts.push({
    attempt,
    step: index,
    target,
    ...(outcome._tag === "Failed" ? { error: outcome.error } : {}),
    duration,
    ...(timeToFirstPart === undefined ? {} : { timeToFirstPart }),
    emitted,
    usage,
  })
  if (outcome._tag === "Failed") {
    yield* emit([
      { type: "attempt-failed", attempt, step: index, target, error: outcome.error, duration, emitted },
    ])
  }
  return outcome
})
