/** Something that is wrong with a plan, or likely not meant, and what to do about it. */
import type { Survey, SurveyedStep } from "./survey"

/** `error`: a run under this plan cannot answer, or a step of it can never be asked. */
export type Level = "error" | "warning"

export interface Found {
  /** From 1; absent where the plan as a whole is meant. */
  readonly step?: number
  /** A sentence without its full stop. */
  readonly message: string
  /** What to do, as an imperative. */
  readonly fix: string
}

export interface Finding extends Found {
  readonly level: Level
  /** The name of the rule. */
  readonly rule: string
}

export interface Rule {
  readonly level: Level
  readonly find: (survey: Survey) => ReadonlyArray<Found>
}

/** A rule that looks at each step alone. */
export const ofSteps =
  (find: (step: SurveyedStep, survey: Survey) => Omit<Found, "step"> | undefined): Rule["find"] =>
  (survey) =>
    survey.steps.flatMap((step) => {
      const found = find(step, survey)
      return found === undefined ? [] : [{ step: step.number, ...found }]
    })

export const when = (holds: boolean, found: Found): ReadonlyArray<Found> => (holds ? [found] : [])
