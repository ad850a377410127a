/** Rules about how often and how long a plan asks. Adding a rule is adding a row. */
import * as Duration from "effect/Duration"
import { defaults } from "../AiPlan"
import { nameOf } from "../PlanEvent"
import { backoffDelay } from "../timing"
import { ofSteps, when, type Found, type Rule } from "./Finding"
import { describeObstacle, reachOf, type Obstacle } from "./reach"
import { askedNow, isAsked, isSameTarget, type Survey } from "./survey"
import { listed, times } from "./words"

export const limitRules = {
  "no-time": {
    level: "error",
    find: ({ plan, steps }) => [
      ...when(isNothing(plan.deadline) || isNothing(plan.maxDuration), {
        message: "the run's time is used up before it begins",
        fix: "set deadline and maxDuration above 0",
      }),
      ...steps
        .filter(({ step }) => isNothing(step.firstPart) || isNothing(step.stall))
        .map(({ number }) => ({
          step: number,
          message: "its answer is given up before it can come",
          fix: "set firstPart and stall above 0",
        })),
    ],
  },
  "max-attempts": {
    level: "warning",
    find: (survey) => {
      const { plan, steps } = survey
      return when(plan.maxAttempts < steps.length, {
        message: `a run makes ${times(plan.maxAttempts, "request")}, too few for ${steps.length} steps`,
        fix: enoughAttempts(survey),
      })
    },
  },
  unreachable: {
    level: "warning",
    find: (survey) =>
      reachOf(survey.plan, askedNow(survey)).flatMap(({ step, obstacles }) =>
        obstacles.map((obstacle): Found => ({
          step: step.number,
          message: `${nameOf(step.target)}: ${describeObstacle(obstacle)}`,
          fix: waysAround[obstacle._tag](survey),
        })),
      ),
  },
  "hedge-alone": {
    level: "warning",
    find: ofSteps((current, { steps }) =>
      current.step.hedge !== undefined &&
      !steps.slice(current.number).some((later) => isAsked(later) && !isSameTarget(later, current))
        ? {
            message: "it hedges, but no other target that can be asked comes after it",
            fix: "remove hedge, or add a step",
          }
        : undefined,
    ),
  },
  "hedge-late": {
    level: "warning",
    find: ofSteps(({ step: { hedge }, firstPart }) =>
      hedge?.after !== undefined && Duration.isGreaterThanOrEqualTo(hedge.after, firstPart)
        ? {
            message: `it hedges after ${Duration.format(hedge.after)}, when its first part is given up after ${Duration.format(firstPart)}`,
            fix: "lower hedge.after",
          }
        : undefined,
    ),
  },
  "deadline-short": {
    level: "warning",
    find: ofSteps((current, { plan }) =>
      isAsked(current) && Duration.isLessThan(plan.deadline, current.firstPart)
        ? {
            message: `${nameOf(current.target)} may take ${Duration.format(current.firstPart)} to begin, but the deadline is ${Duration.format(plan.deadline)}`,
            fix: "raise deadline, or lower firstPart",
          }
        : undefined,
    ),
  },
  "deadline-shared": {
    level: "warning",
    find: (survey) => {
      const reaches = reachOf(survey.plan, askedNow(survey))
      const cut = reaches.filter(({ step, given }) => Duration.isLessThan(given, step.firstPart))
      const limits = reaches.map(({ step }) => Duration.format(step.firstPart))
      const shares = reaches.map(({ given }) => Duration.format(given))
      return when(reaches.length > 1 && cut.length > 0, {
        message: `its targets may take ${listed(limits, "and")} to begin; when they stay silent the deadline gives them ${listed(shares, "and")}`,
        fix: "raise deadline, or lower firstPart",
      })
    },
  },
  "deadline-idle": {
    level: "warning",
    find: ({ plan: { deadline, maxDuration = deadline } }) =>
      when(Duration.isLessThan(maxDuration, deadline), {
        message: `the deadline of ${Duration.format(deadline)} never counts: maxDuration ends the run after ${Duration.format(maxDuration)}`,
        fix: "set deadline to maxDuration or less",
      }),
  },
  "backoff-order": {
    level: "warning",
    find: ofSteps(({ step: { backoff } }) =>
      Duration.isLessThan(backoff.max, backoff.base)
        ? {
            message: `its backoff begins at ${Duration.format(backoff.base)} and may not exceed ${Duration.format(backoff.max)}`,
            fix: "set backoff.max to backoff.base or more",
          }
        : undefined,
    ),
  },
  "backoff-long": {
    level: "warning",
    find: ofSteps(({ number, step }, { steps }) => {
      const waits = Array.from({ length: step.attempts - 1 }, (_, retry) =>
        backoffDelay(step.backoff, retry, 0.5),
      )
      const tooLong = waits.find((wait) => Duration.isGreaterThan(wait, defaults.longestWaitBeforeSwitch))
      return tooLong === undefined || !steps.slice(number).some(isAsked)
        ? undefined
        : {
            message: `its backoff of ${Duration.format(tooLong)} is not waited for while another target is left, as nothing above ${Duration.format(defaults.longestWaitBeforeSwitch)} is`,
            fix: "lower backoff.base or backoff.max, or attempts",
          }
    }),
  },
  restart: {
    level: "warning",
    find: ({ plan }) =>
      when(plan.onPartial === "restart", {
        message:
          "restart takes shown text back; for consumers that cannot, such as streamConversation, it is resume",
        fix: "set onPartial to resume, unless every consumer knows answer-discarded",
      }),
  },
} as const satisfies Readonly<Record<string, Rule>>

const isNothing = (duration: Duration.Duration | undefined): boolean =>
  duration !== undefined && Duration.isZero(duration)

const enoughAttempts = ({ steps }: Survey): string =>
  `set maxAttempts to ${steps.reduce((sum, { step }) => sum + step.attempts, 0)} or more, or lower attempts`

const waysAround: Readonly<Record<Obstacle["_tag"], (survey: Survey) => string>> = {
  Behind: enoughAttempts,
  UsedUp: enoughAttempts,
  SameTarget: () => "raise the attempts of the earlier step instead",
}
