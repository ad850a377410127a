/** Which place of a plan plays which part in a case, and what a plan has of what a case needs. Pure. */
import type { AiPlan } from "@/services/ai/orchestration"
import type { SurveyedStep } from "@/services/ai/orchestration/planReport/survey"
import type { FaultName } from "@/simulator/faults"
import type { Need, Role, Script } from "./CrashCase"

export interface Shape {
  readonly plan: AiPlan
  /** Each once, in the order in which they are first asked. */
  readonly targets: ReadonlyArray<SurveyedStep>
}

/** The faults of a place, from 0; where two roles are its, the closer one's. */
export const faultsAt = (script: Script, shape: Shape, place: number): ReadonlyArray<FaultName> =>
  rolesAt(shape, place).flatMap((role) => {
    const faults = script[role]
    return faults === undefined ? [] : [faults]
  })[0] ?? ["ok"]

const rolesAt = (shape: Shape, place: number): ReadonlyArray<Role> => {
  const byNumber = numbered[place] ?? "others"
  return place === prefilledPlace(shape) ? ["prefilled", byNumber] : [byNumber]
}

const numbered: ReadonlyArray<Role> = ["preferred", "fallback"]

const prefilledPlace = ({ targets }: Shape): number | undefined => {
  const place = targets.findIndex(({ facts }, index) => index > 0 && facts.prefill)
  return place < 0 ? undefined : place
}

export const has = (shape: Shape, need: Need): boolean => rules[need](shape)

const rules: Readonly<Record<Need, (shape: Shape) => boolean>> = {
  "another-request": (shape) =>
    shape.plan.maxAttempts > 1 && (shape.targets.length > 1 || shape.plan.steps[0].attempts > 1),
  "second-target": (shape) => reaches(shape, 1),
  "third-target": (shape) => reaches(shape, 2),
  rescue: ({ plan }) => plan.onPartial !== "fail",
  prefill: (shape) => {
    const place = prefilledPlace(shape)
    // The answer that is cut, the fallbacks before it, its refusal, and the request after that.
    return place !== undefined && shape.plan.maxAttempts >= place + 2
  },
  "larger-window": ({ targets }) => {
    const [preferred, ...fallbacks] = targets.map(({ facts }) => facts.contextWindow)
    return fallbacks.some((size) => preferred === undefined || size === undefined || size > preferred)
  },
  "refusal-goes-on": ({ plan }) => plan.steps[0].onRefusal === "next",
  "second-with-tools": ({ targets }) => targets.some(({ facts }, place) => place > 0 && facts.tools),
}

/** Whether the plan's requests suffice to come to a place when every step before it uses up its own. */
const reaches = ({ plan, targets }: Shape, place: number): boolean => {
  const target = targets[place]
  if (target === undefined) return false
  const before = targets
    .slice(0, place)
    .flatMap((earlier) =>
      plan.steps.filter(({ provider, model }) => isTargetOf(earlier, { provider, model })),
    )
  return before.reduce((sum, { attempts }) => sum + attempts, 0) < plan.maxAttempts
}

const isTargetOf = (
  { target }: SurveyedStep,
  step: { readonly provider: string; readonly model: string | undefined },
): boolean => target.provider === step.provider && target.model === step.model
