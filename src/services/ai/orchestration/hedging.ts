/** Two targets asked side by side when the first is slow to begin: the first to begin answers, the other is dropped. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Hedge } from "./AiPlan"
import { askTarget, type Ask, type Result } from "./askTarget"
import { makeRace } from "./race"
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
  const [next] = isLate && run.state.started < run.plan.maxAttempts ? yield* usableAfter(run, ask.index) : []
  if (next === undefined) return yield* Fiber.join(primary)
  const second = yield* Effect.forkChild(
    askTarget(run, { ...next, kind: "hedge", phase: ask.phase, others: [], race }),
  )
  // A failure of the first does not end the second: it may still answer.
  return preferable(yield* Fiber.join(primary), yield* Fiber.join(second))
})

/** What the run goes on with: an answer, else what stops it, else what the first target said. */
const preferable = (first: Result, second: Result): Result => {
  const results = [first, second]
  return (
    results.find(({ _tag }) => _tag === "Answered") ??
    results.find((result) => result._tag === "Failed" && result.begun) ??
    results.find((result) => result._tag === "Failed" && result.ruling.then === "stop" && !isSuperseded(result)) ??
    first
  )
}

const isSuperseded = (result: Result): boolean =>
  result._tag === "Failed" && result.error._tag === "AIProviderError" && result.error.reason === "Superseded"
