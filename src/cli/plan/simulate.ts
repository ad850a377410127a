/** `commander plan simulate`: a plan run many times in virtual time against faults that are told in words or in a file. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { checkSources } from "@/server/configurationFiles"
import { namedPlans } from "@/services/ai/orchestration/namedPlans"
import { surveyOf } from "@/services/ai/orchestration/planReport/survey"
import { defaults, simulatePlan } from "@/services/ai/orchestration/planSimulation/simulatePlan"
import { SimulationReport } from "@/services/ai/orchestration/planSimulation/SimulationReport"
import { failWith } from "../logging"
import { print } from "../stdout"
import { choosePlan, jsonFlag, layerPlans, providerFlag, sizeFlags, sizeOf } from "./planCommand"
import { scriptInWords, scriptOfFile, withKnownTargets } from "./readScript"
import { describeSimulation } from "./describeSimulation"

export const simulate = Command.make(
  "simulate",
  {
    words: Argument.String("words").pipe(
      Argument.withDescription(
        'A plan\'s name, where it is not the default one; then what goes wrong, e.g. "openai down for 5 minutes, anthropic at 20 % 529, 1000 runs"',
      ),
      Argument.variadic({ max: 2 }),
    ),
    provider: providerFlag,
    script: Flag.String("script").pipe(
      Flag.withDescription("A JSON file with a list of faults"),
      Flag.optional,
    ),
    runs: Flag.Int("runs").pipe(
      Flag.withDescription(`How many runs (default ${defaults.runs})`),
      Flag.optional,
    ),
    seed: Flag.String("seed").pipe(
      Flag.withDescription(`The same seed, the same runs (default ${defaults.seed})`),
      Flag.withDefault(defaults.seed),
    ),
    json: jsonFlag,
    ...sizeFlags,
  },
  ({ words, provider, script: file, runs: wanted, seed, json, ...tokens }) =>
    Effect.gen(function* () {
      const size = yield* sizeOf(tokens)
      yield* checkSources
      const { name, text } = yield* planAndWords(words)
      const survey = yield* surveyOf(yield* choosePlan(name, provider))
      const told = yield* scriptInWords(text)
      const inFile = Option.isNone(file) ? [] : yield* scriptOfFile(file.value)
      const faults = yield* withKnownTargets([...inFile, ...told.faults], survey)
      const runs = yield* within("runs", Option.getOrUndefined(wanted) ?? told.runs ?? defaults.runs)
      const runsPerSecond = yield* within("runs a second", told.runsPerSecond ?? defaults.runsPerSecond)
      const report = yield* simulatePlan({ survey, faults, runs, runsPerSecond, size, seed })
      const encoded = Schema.encodeSync(SimulationReport)(report)
      yield* print(
        json ? `${JSON.stringify(encoded, undefined, 2)}\n` : describeSimulation({ report, survey, size }),
      )
    }).pipe(
      Effect.provide(layerPlans),
      Effect.catchTag(["ConfigError", "AIConfigurationError", "NothingHappens"], (error) =>
        failWith(error.message),
      ),
    ),
).pipe(Command.withDescription("Run a plan many times in virtual time against faults; no provider is asked"))

const limits = {
  runs: { least: 1, most: 1_000_000 },
  /** Down to one a day. */
  "runs a second": { least: 1 / 86_400, most: 10_000 },
}

const within = (what: keyof typeof limits, value: number) => {
  const { least, most } = limits[what]
  return value >= least && value <= most
    ? Effect.succeed(value)
    : failWith(`the ${what} are ${value}; they must be from ${least} to ${most}`)
}

/** One argument is a plan's name when there is such a plan, or when it is a single word, which says nothing of a fault. */
const planAndWords = Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
  const [first = "", second] = args
  if (second !== undefined) return { name: Option.some(first), text: second }
  const only = first.trim()
  const isName =
    /^\S+$/.test(only) || (yield* namedPlans).some(({ name }) => name.toLowerCase() === only.toLowerCase())
  return isName ? { name: Option.some(only), text: "" } : { name: Option.none<string>(), text: only }
})
