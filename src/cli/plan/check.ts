/** `commander plan check`: what is wrong with plans, one line each; a failure when it is an error. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import { checkSources } from "@/server/configurationFiles"
import { defaultPlan } from "@/services/ai/orchestration/defaultPlan"
import { namedPlans } from "@/services/ai/orchestration/namedPlans"
import type { Finding, Level } from "@/services/ai/orchestration/planReport/Finding"
import { lintPlan } from "@/services/ai/orchestration/planReport/lint"
import { surveyOf } from "@/services/ai/orchestration/planReport/survey"
import { times } from "@/services/ai/orchestration/planReport/words"
import { failWith } from "../logging"
import { print } from "../stdout"
import { choosePlan, jsonFlag, nameArgument, layerPlans, providerFlag } from "./planCommand"
import { table } from "../table"

export const check = Command.make(
  "check",
  { name: nameArgument, provider: providerFlag, json: jsonFlag },
  ({ name, provider, json }) =>
    Effect.gen(function* () {
      yield* checkSources
      const isOne = Option.isSome(name) || Option.isSome(provider)
      const plans = isOne
        ? [yield* choosePlan(name, provider)]
        : [yield* defaultPlan(), ...(yield* namedPlans)]
      const checked = yield* Effect.forEach(plans, (plan) =>
        Effect.map(surveyOf(plan), (survey): Checked => ({ plan: plan.name, findings: lintPlan(survey) })),
      )
      yield* print(json ? `${JSON.stringify(checked, undefined, 2)}\n` : inWords(checked))
      const errors = checked.reduce((sum, { findings }) => sum + countOf(findings, "error"), 0)
      if (errors > 0) return yield* failWith(`${times(errors, "error")} in the plans`)
    }).pipe(
      Effect.provide(layerPlans),
      Effect.catchTag(["ConfigError", "AIConfigurationError"], (error) => failWith(error.message)),
    ),
).pipe(
  Command.withDescription(
    "Check a plan, or all plans, for mistakes; the exit code is 1 when there are errors",
  ),
)

interface Checked {
  readonly plan: string
  readonly findings: ReadonlyArray<Finding>
}

const countOf = (findings: ReadonlyArray<Finding>, level: Level): number =>
  findings.filter((finding) => finding.level === level).length

const inWords = (checked: ReadonlyArray<Checked>): string =>
  checked
    .map(({ plan, findings }) => {
      const rows = findings.map(({ level, step, message, fix }) => [
        level,
        step === undefined ? "" : `step ${step}`,
        `${message} → ${fix}`,
      ])
      return [`${plan}: ${summary(findings)}`, ...table(rows), ""].join("\n")
    })
    .join("\n")

const summary = (findings: ReadonlyArray<Finding>): string => {
  const counts = [
    { count: countOf(findings, "error"), noun: "error" },
    { count: countOf(findings, "warning"), noun: "warning" },
  ].filter(({ count }) => count > 0)
  return counts.length === 0
    ? "nothing to mend"
    : counts.map(({ count, noun }) => times(count, noun)).join(", ")
}
