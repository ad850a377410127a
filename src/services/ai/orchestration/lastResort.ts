/** When no target is left to ask: whether one that is closed for now is worth waiting for. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { isRefused } from "./health/TargetHealth"
import { nameOf, type Target } from "./PlanEvent"
import type { Run } from "./Run"
import { used } from "./runState"
import { politeDelay } from "./timing"

/**
 * The step that reopens first, with one request more, after the wait for it, where that ends before the deadline: one
 * that a 429 closed; or, when every target is closed off and nothing was asked, whatever closed it, but then for one run
 * at a time. A run that has waited a long wait out already has had this chance.
 */
export const waitForFirst = Effect.fnUntraced(function* (run: Run) {
  const { state, plan, sink } = run
  const [first] = candidates(run).toSorted((left, right) => left.reopensAt - right.reopensAt)
  const step = first === undefined ? undefined : plan.steps[first.index]
  if (first === undefined || step === undefined) return undefined
  if (state.hasWaitedOut || state.started >= plan.maxAttempts) return undefined
  const resolved = yield* run.steps.resolve(step)
  if (resolved._tag === "Skipped") return undefined
  const { target } = resolved
  const now = yield* Clock.currentTimeMillis
  const rest = Duration.millis(Math.max(0, first.reopensAt - now))
  const delay = politeDelay(rest, yield* Random.next)
  if (now + Duration.toMillis(delay) >= state.deadlineAt) return undefined
  if (state.started === 0 && !(yield* run.health.mayWaitFor(target))) return undefined
  state.hasWaitedOut = true
  state.left = undefined
  yield* sink.tell([
    {
      type: "retry-scheduled",
      step: first.index,
      target,
      delay,
      askedByProvider: first.isAsked,
      cause: reopening(target),
    },
  ])
  yield* Effect.sleep(delay)
  const stepState = state.steps[first.index]
  if (stepState !== undefined) stepState.pendingFailure = undefined
  return { index: first.index, step: { ...step, attempts: used(state, first.index) + 1 } }
})

interface Candidate {
  readonly index: number
  /** Milliseconds since the epoch. */
  readonly reopensAt: number
  /** Whether the provider asked for the pause. */
  readonly isAsked: boolean
}

const candidates = ({ state }: Run): ReadonlyArray<Candidate> => [
  ...[...state.cooling].map(([index, reopensAt]) => ({ index, reopensAt, isAsked: true })),
  ...state.skipped.flatMap(({ index, closure }) => {
    if (closure?.reopensAt === undefined || isRefused(closure)) return []
    const isAsked = closure.reason === "cooling"
    return isAsked || state.started === 0 ? [{ index, reopensAt: closure.reopensAt, isAsked }] : []
  }),
]

const reopening = (target: Target): string => `${nameOf(target)} can be asked again after its wait`
