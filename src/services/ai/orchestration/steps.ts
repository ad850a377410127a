/** Which targets of the plan can be asked now, and why the others are passed over. */
import * as Effect from "effect/Effect"
import type { AiPlanStep } from "./AiPlan"
import { describeLack, lacks } from "./capability"
import type { Closure } from "./health/TargetHealth"
import { nameOf, type SkipReason } from "./PlanEvent"
import type { ResolvedStep, UsableStep } from "./ResolvedStep"
import type { Run } from "./Run"
import { used } from "./runState"

/** The step's target, or undefined when the step was passed over, which is told. */
export const enterStep = Effect.fnUntraced(function* (run: Run, index: number, step: AiPlanStep) {
  const resolved = capable(run, yield* run.steps.resolve(step))
  if (resolved._tag === "Usable") return resolved
  yield* skip(run, { index, provider: step.provider, reason: resolved.reason })
  return undefined
})

/** A target that its health keeps from being asked. */
export const skipClosed = (
  run: Run,
  { index, usable }: Pick<LaterStep, "index" | "usable">,
  closure: Closure,
): Effect.Effect<void> => {
  const { target, keyName } = usable
  const mendable = closure.reason === "bad-key" && keyName !== undefined ? { keyName } : {}
  return skip(run, {
    index,
    provider: target.provider,
    reason: {
      message: `${nameOf(target)}: ${closure.message}`,
      ...mendable,
      ...(closure.reopensAt === undefined ? {} : { reopensAt: closure.reopensAt }),
    },
    closure,
  })
}

/** The later targets that this run may still ask. */
export const usableAfter = (run: Run, index: number): Effect.Effect<ReadonlyArray<LaterStep>> =>
  Effect.map(
    Effect.forEach(stepsAhead(run, index), ([later, step]) =>
      Effect.map(run.steps.resolve(step), (resolved) => ({
        index: later,
        step,
        resolved: capable(run, resolved),
      })),
    ),
    (all) =>
      all.flatMap(({ index: later, step, resolved }) =>
        resolved._tag === "Usable" ? [{ index: later, step, usable: resolved }] : [],
      ),
  )

/** Whose turn is still to come; when the run comes back to an earlier step, later ones have been left. */
const stepsAhead = ({ plan, state }: Run, index: number) =>
  [...plan.steps.entries()]
    .slice(index + 1)
    .filter(([later, step]) => state.steps[later]?.isOver === false && used(state, later) < step.attempts)

export interface LaterStep {
  readonly index: number
  readonly step: AiPlanStep
  readonly usable: UsableStep
}

const skip = (run: Run, skipped: Run["state"]["skipped"][number]): Effect.Effect<void> =>
  Effect.suspend(() => {
    run.state.skipped.push(skipped)
    const { index, provider, reason } = skipped
    return run.sink.tell([{ type: "step-skipped", step: index, provider, reason }])
  })

/** A target that cannot do what the request needs is not asked. */
const capable = ({ needs, state }: Run, resolved: ResolvedStep): ResolvedStep => {
  if (resolved._tag === "Skipped") return resolved
  const { target, facts } = resolved
  const missing = lacks(needs, facts)
  const [first] = missing
  if (first !== undefined) {
    return skipped(`${nameOf(target)}: ${describeLack(first, needs, facts)}`, missing)
  }
  const isOutgrown =
    state.outgrown !== undefined && facts.contextWindow !== undefined && facts.contextWindow <= state.outgrown
  return isOutgrown
    ? skipped(`${nameOf(target)}: its context window is not larger than the one that was too small`, [
        "context-window",
      ])
    : resolved
}

const skipped = (message: string, missing: NonNullable<SkipReason["lacks"]>): ResolvedStep => ({
  _tag: "Skipped",
  reason: { message, lacks: missing },
})
