/** `commander plan show`: a plan in words, with the most that a run under it can take. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import { checkSources } from "@/server/configurationFiles"
import { namedPlans } from "@/services/ai/orchestration/namedPlans"
import { explainPlan, type Section } from "@/services/ai/orchestration/planReport/explain"
import { surveyOf } from "@/services/ai/orchestration/planReport/survey"
import { failWith } from "../logging"
import { print } from "../stdout"
import { choosePlan, nameArgument, layerPlans, providerFlag, sizeFlags, sizeOf } from "./planCommand"
import { table } from "../table"

export const show = Command.make(
  "show",
  { name: nameArgument, provider: providerFlag, ...sizeFlags },
  ({ name, provider, ...tokens }) =>
    Effect.gen(function* () {
      const size = yield* sizeOf(tokens)
      yield* checkSources
      const survey = yield* surveyOf(yield* choosePlan(name, provider))
      const sections = explainPlan(survey, size)
      const others = Option.isSome(name) ? [] : yield* namedPlans
      const named: Section = {
        title: "Named plans",
        rows: others.map((plan) => [plan.name, plan.steps.map((step) => step.provider).join(", then ")]),
      }
      const shown = others.length === 0 ? sections : [...sections, named]
      yield* print(`${shown.map(inLines).join("\n\n")}\n`)
    }).pipe(
      Effect.provide(layerPlans),
      Effect.catchTag(["ConfigError", "AIConfigurationError"], (error) => failWith(error.message)),
    ),
).pipe(Command.withDescription("Explain a plan: steps, limits, what a failure leads to, worst cases"))

const inLines = ({ title, rows }: Section): string => [title, ...table(rows)].join("\n")
