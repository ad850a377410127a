/** Carries out a plan: asks its targets in order, as `verdict` says, within the deadline, and tells all as events. */
import type * as Response from "effect/ai/Response"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import type { AiError } from "../core/AgentLanguageModel"
import { AIProviderError } from "../core/AIProviderError"
import { defaults, type AiPlan, type AiPlanStep } from "./AiPlan"
import { runAttempt, type Outcome } from "./attempt"
import { finalError, nameOf, stopError, type Skipped } from "./finalError"
import type { AttemptRecord, PlanEvent, PlanEventBody, RunError, SkipReason, Target } from "./PlanEvent"
import { attemptSpan, endAttemptSpan, runSpan, stepSpan } from "./spans"
import { backoffDelay, politeDelay, roomFor } from "./timing"
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

type Terminal = Extract<PlanEventBody, { readonly type: "plan-completed" | "plan-failed" }>

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

/** What the run has done so far. */
interface RunState {
  readonly deadlineAt: number
  readonly attempts: Array<AttemptRecord>
  readonly skipped: Array<Skipped>
  /** Targets that asked for a wait, by name. */
  readonly cooling: Map<string, Cooling>
  /** The failure that the next target is switched to for. */
  left: { readonly from: Target; readonly cause: string } | undefined
  emptyAnswer: Terminal | undefined
}

interface Cooling {
  readonly index: number
  readonly step: AiPlanStep
  readonly reopensAt: number
}

const run = Effect.fnUntraced(function* (options: ExecutorOptions, emit: Emit) {
  const { plan, resolve } = options
  const state: RunState = {
    deadlineAt: (yield* Clock.currentTimeMillis) + Duration.toMillis(plan.deadline),
    attempts: [],
    skipped: [],
    cooling: new Map(),
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
    )(runStep({ ...options, emit, state, index, step, usable: resolved, mayWaitLong: true }))
    if (ending !== undefined) return ending
  }
  return (yield* askOnceMore(options, emit, state)) ?? exhausted(state)
})

/** All steps are used up: the target that a 429 closed and that reopens first is asked once more, if there is time. */
const askOnceMore = Effect.fnUntraced(function* (options: ExecutorOptions, emit: Emit, state: RunState) {
  const now = yield* Clock.currentTimeMillis
  const [earliest] = [...state.cooling.values()].toSorted((left, right) => left.reopensAt - right.reopensAt)
  if (earliest === undefined || earliest.reopensAt >= state.deadlineAt) return undefined
  const { step, index } = earliest
  const resolved = yield* options.resolve(step)
  if (resolved._tag === "Skipped" || state.attempts.length >= options.plan.maxAttempts) return undefined
  const delay = Duration.millis(Math.max(0, earliest.reopensAt - now))
  yield* wait(emit, {
    step: index,
    target: resolved.target,
    delay,
    askedByProvider: true,
    cause: reopening(resolved.target),
  })
  return yield* stepSpan(
    index,
    resolved.target,
  )(
    runStep({
      ...options,
      emit,
      state,
      index,
      step: { ...step, attempts: 1 },
      usable: resolved,
      mayWaitLong: false,
    }),
  )
})

const reopening = (target: Target): string => `${nameOf(target)} can be asked again after its wait`

interface StepRun extends ExecutorOptions {
  readonly emit: Emit
  readonly state: RunState
  readonly index: number
  readonly step: AiPlanStep
  readonly usable: UsableStep
  /** Whether one long `Retry-After` may be waited out when no other target is left. */
  readonly mayWaitLong: boolean
}

/** Asks one target as often as its step and the verdicts allow; undefined when the next step is to follow. */
const runStep = Effect.fnUntraced(function* (stepRun: StepRun) {
  const { plan, step, usable, state, emit, index } = stepRun
  const failures = new Map<string, number>()
  let asked = 0
  let mayWaitLong = stepRun.mayWaitLong

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
    if (committed || ruling.then === "stop") {
      return failed(stopError(error, state.attempts, state.skipped), state, committed)
    }

    const now = yield* Clock.currentTimeMillis
    const hint =
      error._tag === "AIProviderError" && error.reason === "RateLimited" ? error.retryAfter : undefined
    if (hint !== undefined) {
      state.cooling.set(nameOf(usable.target), { index, step, reopensAt: now + Duration.toMillis(hint) })
    } else state.cooling.delete(nameOf(usable.target))

    const others = yield* usableAfter(stepRun)
    const delay = yield* delayOf(ruling, step, asked - 1)
    const timeLeft = Duration.millis(state.deadlineAt - now)
    const mayAskAgain =
      delay !== undefined && asked < step.attempts && isWorthWaiting(delay, timeLeft, others)
    const mayWaitOut = hint !== undefined && ruling.again._tag === "No" && others.length === 0 && mayWaitLong
    const chosen = mayAskAgain ? delay : mayWaitOut ? politeDelay(hint, yield* Random.next) : undefined
    if (chosen === undefined || Duration.isGreaterThanOrEqualTo(chosen, timeLeft)) {
      state.left = { from: usable.target, cause: error.message }
      return undefined
    }
    if (!mayAskAgain) mayWaitLong = false
    const { target } = usable
    yield* wait(emit, {
      step: index,
      target,
      delay: chosen,
      askedByProvider: hint !== undefined,
      cause: error.message,
    })
  }
  return exhausted(state)
})

const isWorthWaiting = (
  delay: Duration.Duration,
  timeLeft: Duration.Duration,
  others: ReadonlyArray<UsableStep>,
): boolean =>
  Duration.isLessThan(delay, timeLeft) &&
  (others.length === 0 || Duration.isLessThanOrEqualTo(delay, defaults.longestWaitBeforeSwitch))

const delayOf = (
  { again }: Verdict,
  step: AiPlanStep,
  retry: number,
): Effect.Effect<Duration.Duration | undefined> =>
  Effect.map(Random.next, (dice) => {
    switch (again._tag) {
      case "No":
        return undefined
      case "Backoff":
        return backoffDelay(step.backoff, retry, dice)
      case "After":
        return politeDelay(again.wait, dice)
    }
  })

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

const completed = (
  target: Target,
  { finishReason, usage }: Extract<Outcome, { _tag: "Answered" }>,
  { attempts }: RunState,
): Terminal => ({ type: "plan-completed", target, finishReason, usage, attempts: [...attempts] })

/** An empty answer is a last resort: it is kept, and returned as it is when every other target is empty too. */
const emptyAnswer = (target: Target, { usage }: Outcome, { attempts }: RunState): Terminal => ({
  type: "plan-completed",
  target,
  finishReason: "stop",
  usage,
  attempts: [...attempts],
})

const exhausted = (state: RunState): Terminal => {
  const allEmpty = state.attempts.every(({ error }) => isEmptyAnswer(error))
  if (state.emptyAnswer !== undefined && allEmpty) return { ...state.emptyAnswer, attempts: state.attempts }
  const { error, retryAfter } = finalError(state.attempts, state.skipped)
  return { ...failed(error, state, false), ...(retryAfter === undefined ? {} : { retryAfter }) }
}

const isEmptyAnswer = (error: RunError | undefined): boolean =>
  error instanceof AIProviderError && error.reason === "EmptyAnswer"

const failed = (error: RunError, { attempts }: RunState, partial: boolean): Terminal => ({
  type: "plan-failed",
  error,
  attempts: [...attempts],
  partial,
})
