/** Two targets asked side by side when the first is slow to begin: the first to begin answers, the other is dropped. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Hedge } from "./AiPlan"
import type { Ask, Result } from "./Ask"
import { askTarget } from "./askTarget"
import { isSuperseded } from "./attemptErrors"
import { nameOf } from "./PlanEvent"
import { makeRace, type Race } from "./race"
import type { Run } from "./Run"
import { usableAfter } from "./steps"

/** Without a wait of its own the step hedges once the target's usual time to the first part is known. */
export const askHedged = Effect.fnUntraced(function* (run: Run, ask: Ask, hedge: Hedge) {
  const after = hedge.after ?? (yield* run.health.usualFirstPart(ask.usable.target))
  if (after === undefined) return yield* askTarget(run, ask)
  const race = yield* makeRace
  const primary = yield* Effect.forkChild(askTarget(run, { ...ask, race }))
  const isLate = yield* Effect.raceAllFirst([
    Effect.as(Fiber.await(primary), false),
    Effect.as(race.decided, false),
    Effect.as(Effect.sleep(after), true),
  ])
  const isPossible =
    run.state.started < run.plan.maxAttempts && (yield* Clock.currentTimeMillis) < run.state.deadlineAt
  if (!isLate || !isPossible) return yield* Fiber.join(primary)
  const second = yield* Effect.forkChild(askHelper(run, ask, race))
  // A failure of the first does not end the second: it may still answer.
  return preferable(yield* Fiber.join(primary), yield* Fiber.join(second))
})

/** The next other target that is not closed off, and has not failed as a helper before. */
const askHelper = Effect.fnUntraced(function* (run: Run, { index, usable, phase }: Ask, race: Race) {
  const later = yield* usableAfter(run, index)
  for (const [place, next] of later.entries()) {
    const state = run.state.steps[next.index]
    const isSame = nameOf(next.usable.target) === nameOf(usable.target)
    if (isSame || state === undefined || state.pendingFailure !== undefined) continue
    // It may have begun while the helpers were looked at.
    if (yield* race.isDecided) return undefined
    // Those after it keep their room before the deadline, as they do beside an attempt in turn.
    const others = later.slice(place + 1).map((other) => other.usable.firstPart)
    const hedge: Ask = { ...next, kind: "hedge", hedgeOf: usable.target, phase, others, race }
    const result = yield* askTarget(run, hedge)
    if (result._tag === "Refused") continue
    if (result._tag === "Failed" && !result.begun) state.pendingFailure = result
    return result
  }
  return undefined
})

/** What the run goes on with: an answer, else what stops it, else what the first target said. */
const preferable = (first: Result, second: Result | undefined): Result => {
  const results = second === undefined ? [first] : [first, second]
  return (
    results.find(({ _tag }) => _tag === "Answered") ??
    results.find((result) => result._tag === "Failed" && result.begun) ??
    results.find(
      (result) => result._tag === "Failed" && result.ruling.then === "stop" && !isSuperseded(result.error),
    ) ??
    first
  )
}
