/** Holds a plan to every rule. Pure. */
import type { Finding } from "./Finding"
import { limitRules } from "./limitRules"
import type { Survey } from "./survey"
import { targetRules } from "./targetRules"

export const rules = { ...targetRules, ...limitRules }

/** Errors first, then by step; what is said of the whole plan comes before its steps. */
export const lintPlan = (survey: Survey): ReadonlyArray<Finding> =>
  Object.entries(rules)
    .flatMap(([rule, { level, find }]) => find(survey).map((found): Finding => ({ level, rule, ...found })))
    .toSorted((left, right) => rank(left) - rank(right) || (left.step ?? 0) - (right.step ?? 0))

const rank = ({ level }: Finding): number => (level === "error" ? 0 : 1)
