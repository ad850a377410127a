/** Which steps of a plan a run may never come to, or comes to in vain, and why; and the time that is left for each. Pure. */
import * as Duration from "effect/Duration"
import type { AiPlan } from "../AiPlan"
import { roomFor } from "../timing"
import { isSameTarget, type SurveyedStep } from "./survey"
import { times } from "./words"

export type Obstacle =
  /** As many targets stand before it as the run may make requests: it is reached only while one of them is closed off. */
  | { readonly _tag: "Behind"; readonly limit: number }
  /** The steps before it may use up the requests of the run. */
  | { readonly _tag: "UsedUp"; readonly before: number; readonly limit: number }
  /** What it would be asked was asked before. */
  | { readonly _tag: "SameTarget"; readonly number: number }

export interface Reach {
  readonly step: SurveyedStep
  readonly obstacles: ReadonlyArray<Obstacle>
  /** Until its first part, when those before it were asked once and stayed silent; never more than its own limit. */
  readonly given: Duration.Duration
}

/** @param steps those that are asked, in their order */
export const reachOf = (plan: AiPlan, steps: ReadonlyArray<SurveyedStep>): ReadonlyArray<Reach> => {
  let left = Duration.toMillis(Duration.min(plan.deadline, plan.maxDuration ?? plan.deadline))
  return steps.map((step, index) => {
    const earlier = steps.slice(0, index)
    const others = steps.slice(index + 1).map(({ firstPart }) => firstPart)
    const given = roomFor(step.firstPart, left, others)
    left -= Duration.toMillis(given)
    return { step, given, obstacles: [...outOfRequests(plan, earlier), ...twin(step, earlier)] }
  })
}

const outOfRequests = (
  { maxAttempts: limit }: AiPlan,
  earlier: ReadonlyArray<SurveyedStep>,
): ReadonlyArray<Obstacle> => {
  if (earlier.length >= limit) return [{ _tag: "Behind", limit }]
  const before = earlier.reduce((sum, { step }) => sum + step.attempts, 0)
  return before >= limit ? [{ _tag: "UsedUp", before, limit }] : []
}

const twin = (step: SurveyedStep, earlier: ReadonlyArray<SurveyedStep>): ReadonlyArray<Obstacle> => {
  const same = earlier.find((other) => isSameTarget(other, step))
  return same === undefined ? [] : [{ _tag: "SameTarget", number: same.number }]
}

/** A clause about the step, e.g. "the steps before it may use up the 6 requests of a run". */
export const describeObstacle = (obstacle: Obstacle): string => {
  switch (obstacle._tag) {
    case "Behind":
      return `a run makes ${times(obstacle.limit, "request")}, and as many targets come before it: it is reached only while one of them is closed off`
    case "UsedUp":
      return `the steps before it may use up the ${times(obstacle.limit, "request")} of a run`
    case "SameTarget":
      return `it is the target of step ${obstacle.number} again`
  }
}
