/** A plan and its faults with all waits shortened alike, so that what followed from them still follows. Pure. */
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import { AiPlan, AiPlanStep } from "@/services/ai/orchestration"
import type { Survey, SurveyedStep } from "@/services/ai/orchestration/planReport/survey"
import { limits } from "@/services/ai/orchestration/verdict"
import type { FaultName } from "@/simulator/faults"

export const defaults = {
  /** What `--fast` multiplies waits with. */
  fast: 1 / 20,
  /** Shorter limits would judge the machine rather than the plan. */
  shortestLimit: Duration.millis(250),
  shortestDeadline: Duration.seconds(2),
}

/** The plan with its models filled in, and every limit written down that was left to the model. */
export const hastenedPlan = ({ plan, steps }: Survey, scale: number): AiPlan =>
  AiPlan.make({
    name: plan.name,
    onPartial: plan.onPartial,
    maxAttempts: plan.maxAttempts,
    steps: Arr.map(steps, (surveyed) => hastenedStep(surveyed, scale)),
    deadline: limit(plan.deadline, scale, defaults.shortestDeadline),
    ...(plan.maxDuration === undefined
      ? {}
      : { maxDuration: limit(plan.maxDuration, scale, defaults.shortestDeadline) }),
  })

const hastenedStep = ({ step, target, firstPart }: SurveyedStep, scale: number): AiPlanStep =>
  AiPlanStep.make({
    ...step,
    provider: target.provider,
    model: target.model,
    firstPart: limit(firstPart, scale),
    stall: limit(step.stall, scale),
    backoff: {
      base: Duration.times(step.backoff.base, scale),
      max: Duration.times(step.backoff.max, scale),
    },
    ...(step.hedge?.after === undefined ? {} : { hedge: { after: Duration.times(step.hedge.after, scale) } }),
  })

/** Never longer than it was. */
const limit = (
  duration: Duration.Duration,
  scale: number,
  shortest: Duration.Duration = defaults.shortestLimit,
): Duration.Duration =>
  scale === 1 ? duration : Duration.min(duration, Duration.max(Duration.times(duration, scale), shortest))

/**
 * A Retry-After is what a provider says, not what it does, so the upstream does not shorten it. The long ones stay as
 * they are: that they are too long to wait for is their point.
 */
export const hastenedFault = (name: FaultName, scale: number): FaultName => {
  const seconds = Number(/^rate-limited-(\d+)s$/.exec(name)?.[1] ?? Infinity)
  return scale === 1 || seconds > Duration.toSeconds(limits.shortWait)
    ? name
    : `rate-limited-${Math.ceil(seconds * 1000 * scale)}ms`
}
