/** What came of a simulation, as tables for a terminal. Pure. */
import * as Duration from "effect/Duration"
import { nameOf } from "@/services/ai/orchestration"
import type { RequestSize } from "@/services/ai/orchestration/planReport/bounds"
import type { Survey } from "@/services/ai/orchestration/planReport/survey"
import { count, dollars, listed, times } from "@/services/ai/orchestration/planReport/words"
import type { Fault } from "@/services/ai/orchestration/planSimulation/Fault"
import type {
  Outcome,
  SimulationReport,
  Spread,
  TargetTally,
  Way,
} from "@/services/ai/orchestration/planSimulation/SimulationReport"
import { healthy } from "@/services/ai/orchestration/planSimulation/scriptedModel"
import { defaults as answerDefaults } from "@/services/ai/orchestration/planSimulation/simulatedAnswer"
import { table } from "../table"

export interface Simulated {
  readonly report: SimulationReport
  readonly survey: Survey
  readonly size: RequestSize
}

export const describeSimulation = (simulated: Simulated): string =>
  [introduction, outcomes, requests, time, cost]
    .map((section) => section(simulated).join("\n"))
    .join("\n\n")
    .concat("\n")

type Describe = (simulated: Simulated) => ReadonlyArray<string>

const introduction: Describe = ({ report, survey }) => {
  const { plan, runs, runsPerSecond, lasted, seed, faults } = report
  const targets = survey.steps.map(({ target }) => nameOf(target)).join(", then ")
  const keyless = survey.steps
    .filter(({ standing }) => standing._tag === "MissingKey")
    .map(({ target }) => nameOf(target))
  return [
    `Plan ${plan}: ${targets}`,
    `${times(runs, "run")}, ${paceOf(runsPerSecond)}, over ${inWords(lasted)} of virtual time; seed ${seed}`,
    ...(faults.length === 0
      ? ["Nothing goes wrong"]
      : table(faults.map((fault) => [...describeFault(fault), outside(fault, report)]))),
    ...(keyless.length === 0 ? [] : [`Without a key here, but taken as ready: ${listed(keyless, "and")}`]),
  ]
}

const paceOf = (perSecond: number): string =>
  perSecond >= 1
    ? `${round(perSecond)} a second`
    : `one every ${inWords(Duration.millis(Math.round(1_000 / perSecond)))}`

const describeFault = (fault: Fault): ReadonlyArray<string> => {
  const { target, rate, from, for: lasting } = fault
  const when = [
    ...(rate === undefined ? [] : [`${round(rate * 100)} %`]),
    ...(from === undefined ? [] : [`from ${inWords(from)}`]),
    ...(lasting === undefined ? [] : [`for ${inWords(lasting)}`]),
  ]
  return [target === "*" ? "all" : target, effectOf(fault), when.join(", ")]
}

/** What of a fault no run can meet. */
const outside = (fault: Fault, { runs, runsPerSecond }: SimulationReport): string => {
  const { from = Duration.zero, for: lasting = Duration.zero } = fault
  const lastStart = Duration.millis(((runs - 1) * 1_000) / runsPerSecond)
  if (Duration.isGreaterThan(from, lastStart)) return `never: the last run begins after ${inWords(lastStart)}`
  const isCut = Duration.isGreaterThan(Duration.sum(from, lasting), lastStart)
  return isCut ? `goes on after the last run begins, at ${inWords(lastStart)}` : ""
}

const effectOf = ({ fault, status, retryAfter, firstToken, cutAfter, stallAfter }: Fault): string => {
  if (status !== undefined)
    return `${status}${retryAfter === undefined ? "" : ` retry-after ${inWords(retryAfter)}`}`
  if (firstToken !== undefined) return `slow ${inWords(firstToken)}`
  if (cutAfter !== undefined) return `cuts after ${times(cutAfter, "token")}`
  if (stallAfter !== undefined) return `stalls after ${times(stallAfter, "token")}`
  return fault ?? ""
}

const outcomes: Describe = ({ report: { outcomes: all, runs, spoilt } }) => [
  "Outcomes",
  ...table(
    all.map(({ outcome, runs: some }) => [
      ...outcomeInWords(outcome),
      count(some),
      `${((some / runs) * 100).toFixed(1)} %`,
    ]),
    { right: new Set([2, 3]) },
  ),
  ...(spoilt === 0
    ? []
    : [`${times(spoilt, "complete answer")} had another text than was written: a mistake of Commander's`]),
]

const outcomeInWords = (outcome: Outcome): readonly [string, string] => {
  switch (outcome._tag) {
    case "Complete":
      return ["complete", `${outcome.target}, ${ways[outcome.way]}`]
    case "Empty":
      return ["complete", "without a word"]
    case "Incomplete":
      return ["incomplete", outcome.reason]
    case "RateLimited":
      return ["rate limited", "nobody can be asked for now"]
    case "Failed":
      return ["failed", outcome.reason]
  }
}

const ways: Readonly<Record<Way, string>> = {
  "first-try": "first try",
  retry: "after a retry",
  fallback: "as fallback",
  hedge: "as hedge",
  rescue: "finished what was cut",
}

const columns = [
  { title: "requests", key: "requests" },
  { title: "retries", key: "retries" },
  { title: "hedges", key: "hedges" },
  { title: "rescues", key: "rescues" },
  { title: "failed", key: "failed" },
  { title: "passed over", key: "passedOver" },
  { title: "circuit opened", key: "circuitsOpened" },
  { title: "cooled", key: "cooled" },
] as const satisfies ReadonlyArray<{ readonly title: string; readonly key: keyof TargetTally }>

const figures = new Set(columns.map((_, index) => index + 1))

const requests: Describe = ({ report: { targets, runs, mostRequests } }) => {
  const average = targets.reduce((sum, tally) => sum + tally.requests, 0) / runs
  return [
    `Requests: ${average.toFixed(2)} a run, ${mostRequests} at most`,
    ...table(
      [
        ["", ...columns.map(({ title }) => title)],
        ...targets.map((tally) => [tally.target, ...columns.map(({ key }) => count(tally[key]))]),
      ],
      { right: figures },
    ),
  ]
}

const { least, most } = healthy.firstToken
const tokensPerSecond = 1_000 / Duration.toMillis(answerDefaults.pace)

const time: Describe = ({ report: { firstWord, whole } }) => [
  `Time, with ${Duration.toMillis(least)} to ${Duration.toMillis(most)} ms to a first token and ${tokensPerSecond} tokens a second where nothing is wrong`,
  ...table(
    [
      ["", "p50", "p95", "longest"],
      ...(firstWord === undefined ? [] : [["first word", ...spread(firstWord)]]),
      ["whole run", ...spread(whole)],
    ],
    { right: new Set([1, 2, 3]) },
  ),
]

const spread = ({ p50, p95, longest }: Spread): ReadonlyArray<string> => [p50, p95, longest].map(inWords)

const cost: Describe = ({ report: { cost: spent, runs }, size }) => [
  `Cost: ${spent.isComplete ? "" : "at least "}${dollars(spent.usd)}, for ${times(runs, "run")} of ${count(size.inputTokens)} tokens in and ${count(size.outputTokens)} out`,
]

/** As fine as can be told apart: milliseconds, tenths of a second, seconds. */
const inWords = (duration: Duration.Duration): string => {
  const millis = Math.round(Duration.toMillis(duration))
  if (millis < 1_000) return `${millis}ms`
  return millis < 59_950
    ? `${(millis / 1_000).toFixed(1)}s`
    : Duration.format(Duration.seconds(Math.round(millis / 1_000)))
}

const round = (value: number): number => Math.round(value * 10) / 10
