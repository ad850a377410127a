/** One attempt of a run: its admission, its limits, its events, its record, and what its failure means. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { costOf } from "./accounting"
import type { Ask, Result } from "./Ask"
import { plainVoice, rescuerVoice } from "./answerVoice"
import { runAttempt, type Outcome } from "./attempt"
import type { Permit } from "./health/TargetHealth"
import { nameOf, type AttemptRecord, type RunError, type Usage } from "./PlanEvent"
import type { Run } from "./Run"
import { nothingShown } from "./runState"
import { attemptSpan, endAttemptSpan } from "./spans"
import { roomFor } from "./timing"
import { settle } from "./settle"

/** Refused without a request where the target is closed off. */
export const askTarget = (run: Run, ask: Ask): Effect.Effect<Result> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { target, keyId } = ask.usable
      const admission = yield* run.health.admit({
        target,
        kind: ask.kind,
        ...(ask.hedgeOf === undefined ? {} : { hedgeOf: ask.hedgeOf }),
        ...(keyId === undefined ? {} : { keyId }),
      })
      return admission._tag === "Refused" ? admission : yield* carryOut(run, ask, admission)
    }),
  )

const carryOut = Effect.fnUntraced(function* (run: Run, ask: Ask, permit: Permit) {
  const { state, sink } = run
  const { index, step, usable, rescue, race } = ask
  const { target } = usable
  const stepState = state.steps[index]
  if (stepState !== undefined) stepState.asked += 1
  state.started += 1
  const attempt = state.started
  if (state.left !== undefined && ask.kind !== "hedge") {
    const { from, cause } = state.left
    state.left = undefined
    if (nameOf(from) !== nameOf(target))
      yield* sink.tell([{ type: "target-switched", from, to: target, cause }])
  }
  yield* sink.tell([{ type: "attempt-started", attempt, step: index, target, ...purposeOf(ask) }])

  const continuation =
    rescue === undefined || rescue === "fresh" ? undefined : { mode: rescue, text: state.shown.text }
  const own = usable.firstPart
  const firstPart = roomFor(own, state.deadlineAt - (yield* Clock.currentTimeMillis), ask.others)
  const outcome = yield* attemptSpan(
    attempt,
    target,
  )(
    Effect.tap(
      runAttempt({
        target,
        parts: Stream.suspend(() => usable.ask(continuation)),
        firstPart,
        boundByDeadline: ask.others.length === 0 && Duration.isLessThan(firstPart, own),
        stall: step.stall,
        deadlineAt: state.deadlineAt,
        endsAt: state.endsAt,
        voice: rescue === undefined ? plainVoice : rescuerVoice(rescue, state.shown.text),
        begin: (timeToFirstPart) => begin(run, { ask, attempt, permit, timeToFirstPart }),
        ...(race === undefined ? {} : { superseded: race.lostBy(attempt) }),
        handOn: (bodies) => {
          note(run, bodies)
          return sink.handOn(bodies)
        },
      }),
      endAttemptSpan,
    ),
  )
  const usage = usageOf(outcome, (received) => run.steps.estimate(received, continuation))
  const record: AttemptRecord = {
    attempt,
    step: index,
    target,
    ...(outcome._tag === "Failed" ? { error: outcome.error } : {}),
    duration: outcome.duration,
    ...(outcome.timeToFirstPart === undefined ? {} : { timeToFirstPart: outcome.timeToFirstPart }),
    emitted: outcome.emitted,
    usage,
    cost: costOf(usage, usable.facts),
    ...(rescue === undefined ? {} : { rescue }),
  }
  state.attempts.push(record)
  if (outcome._tag === "Answered") return { _tag: "Answered" as const, outcome, record }

  const { error, begun } = outcome
  const ruling = yield* settle(run, { ask, record, error, begun }, permit)
  const { duration, emitted, cost } = record
  yield* sink.tell([
    { type: "attempt-failed", attempt, step: index, target, error, duration, emitted, usage, cost },
  ])
  return { _tag: "Failed" as const, error, begun, ruling, record }
})

const purposeOf = ({ kind, phase, rescue }: Ask) => {
  if (kind === "hedge") return { purpose: "hedge" as const }
  if (phase === "answer") return {}
  return { purpose: "rescue" as const, ...(rescue === undefined ? {} : { mode: rescue }) }
}

interface Beginning {
  readonly ask: Ask
  readonly attempt: number
  readonly permit: Permit
  readonly timeToFirstPart: Duration.Duration
}

const begin = Effect.fnUntraced(function* (run: Run, { ask, attempt, permit, timeToFirstPart }: Beginning) {
  const { state, sink } = run
  const { target } = ask.usable
  if (ask.race !== undefined && !(yield* ask.race.claim(attempt))) return false
  // Only now: should no target begin anew, the consumer keeps what it has.
  const isRestart = ask.phase === "rescue" && ask.rescue === undefined
  if (isRestart) state.shown = nothingShown()
  state.shown.anything = true
  yield* sink.tell([
    ...(isRestart ? [{ type: "answer-discarded" as const, attempt, target }] : []),
    ask.rescue === undefined
      ? { type: "answer-started", attempt, target, timeToFirstPart }
      : { type: "answer-resumed", attempt, target, mode: ask.rescue, timeToFirstPart },
  ])
  yield* permit.succeeded(timeToFirstPart)
  return true
})

/** Keeps what the consumer sees, which is what a rescuer has to continue. */
const note = ({ state }: Run, bodies: Parameters<Run["sink"]["handOn"]>[0]): void => {
  for (const body of bodies) {
    if (body.type === "text-delta") state.shown.text += body.text
    if (body.type === "tool-call") state.shown.toolCalls += 1
  }
}

/** What the provider reported; else an estimate; nothing at all for a request that was refused or not taken. */
const usageOf = (outcome: Outcome, estimate: (received: string) => Usage): Usage => {
  if (outcome.usage !== undefined) return outcome.usage
  if (outcome._tag === "Failed" && outcome.received === "" && isUnbilled(outcome.error)) {
    return { source: "estimated", inputTokens: 0, outputTokens: 0 }
  }
  return estimate(outcome.received)
}

const isUnbilled = (error: RunError): boolean =>
  error._tag === "AIConfigurationError" ||
  error.reason === "ConnectionFailed" ||
  (error.status !== undefined && error.status !== 200)
