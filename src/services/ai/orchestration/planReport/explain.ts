/** A plan in words: its steps, what a failure leads to, and the most that a run can take. Pure; whoever shows it aligns it. */
import * as Duration from "effect/Duration"
import { costOf } from "../accounting"
import { nameOf } from "../PlanEvent"
import { backoffDelay } from "../timing"
import { boundsOf, type Bounds, type RequestSize } from "./bounds"
import { consequenceOf, failureKinds, type Consequence } from "./failures"
import { describeObstacle, reachOf, type Reach } from "./reach"
import { askedNow, countedSteps, type Survey, type SurveyedStep } from "./survey"
import { count, dollars, listed, times } from "./words"

/** Its rows have the same number of cells; the first tells what the others are about. */
export interface Section {
  readonly title: string
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
}

export const defaults: RequestSize = { inputTokens: 1_000, outputTokens: 500 }

export const explainPlan = (survey: Survey, size: RequestSize = defaults): ReadonlyArray<Section> => [
  {
    title: `Plan ${survey.plan.name}`,
    rows: [["asks", survey.steps.map(({ target }) => nameOf(target)).join(", then ")]],
  },
  ...survey.steps.map((step) => explainStep(survey, step, size)),
  explainFailures(survey),
  explainCuts(survey),
  explainBounds(survey, size),
]

const explainStep = (survey: Survey, step: SurveyedStep, size: RequestSize): Section => {
  const reach = reachOf(survey.plan, countedSteps(survey)).find(
    ({ step: { number } }) => number === step.number,
  )
  const title = `Step ${step.number}: ${nameOf(step.target)}`
  if (step.standing._tag === "UnknownProvider") return { title, rows: standingRows(step) }
  return {
    title,
    rows: [
      ...standingRows(step),
      ["requests", requestsOf(step)],
      ["limits", limitsOf(step, reach)],
      ...hedgeRows(step),
      ["model", factsInWords(step, size)],
      ...(reach?.obstacles ?? []).map((obstacle) => ["but", describeObstacle(obstacle)]),
    ],
  }
}

const limitsOf = ({ step, firstPart }: SurveyedStep, reach: Reach | undefined): string => {
  const share =
    reach === undefined || Duration.isGreaterThanOrEqualTo(reach.given, firstPart)
      ? ""
      : ` (${Duration.format(reach.given)} when every target stays silent)`
  return `begins within ${Duration.format(firstPart)}${share}, then never silent for ${Duration.format(step.stall)}`
}

const standingRows = ({ standing }: SurveyedStep): ReadonlyArray<ReadonlyArray<string>> => {
  switch (standing._tag) {
    case "Ready":
      return []
    case "Silent":
      return [["now", `does not answer: ${standing.hint}`]]
    case "MissingKey":
      return [["now", `skipped, since it has no key: set ${standing.keyName}`]]
    case "UnknownProvider":
      return [["now", `skipped: ${standing.message}`]]
  }
}

const requestsOf = ({ step: { attempts, backoff } }: SurveyedStep): string => {
  if (attempts === 1) return "1"
  const waits = Array.from({ length: attempts - 1 }, (_, retry) =>
    Duration.format(backoffDelay(backoff, retry, 0.5)),
  )
  return `at most ${attempts}, after waits of ${listed(waits, "and")} (±20 %), or longer where it asks for it`
}

const hedgeRows = ({ step: { hedge } }: SurveyedStep): ReadonlyArray<ReadonlyArray<string>> => {
  if (hedge === undefined) return []
  const after =
    hedge.after === undefined
      ? "its usual time (95 of 100), once that is known"
      : Duration.format(hedge.after)
  return [["hedge", `without a first part after ${after} the next target is asked as well`]]
}

const factsInWords = (step: SurveyedStep, size: RequestSize): string => {
  const { facts } = step
  const can = [
    ...(facts.tools ? ["tools"] : []),
    ...(facts.images ? ["images"] : []),
    ...(facts.jsonSchema ? ["JSON schemas"] : []),
  ]
  const { usd } = costOf({ source: "estimated", ...size }, facts)
  return [
    facts.contextWindow === undefined ? "window unknown" : `${count(facts.contextWindow)} tokens`,
    can.length === 0 ? "text alone" : listed(can, "and"),
    usd === undefined ? "price unknown" : usd === 0 ? "free" : `${dollars(usd)} a request`,
  ].join("; ")
}

const explainFailures = (survey: Survey): Section => {
  const counted = countedSteps(survey)
  const { deadline } = survey.plan
  return {
    title: "When a request fails before a word is shown: how many are made, then what follows",
    rows: [
      ["", ...counted.map(({ number }) => `step ${number}`)],
      ...failureKinds.map((kind) => [
        kind.words,
        ...counted.map(({ step }, index) => {
          const isLast = index === counted.length - 1
          const { requests, then } = consequenceOf(kind, step, { deadline, isLast })
          return `${requests}, ${sequels[then]}`
        }),
      ]),
    ],
  }
}

const sequels: Readonly<Record<Consequence["then"], string>> = {
  next: "next",
  "larger-window": "larger window",
  "waited-out": "waited for",
  stop: "end",
}

const explainCuts = ({ plan }: Survey): Section => ({
  title: "When that is not enough",
  rows: [
    [
      "no step is left",
      "the first target that a 429 closed is asked once more, if it reopens before the deadline",
    ],
    ["an answer is cut", cuts[plan.onPartial]],
  ],
})

const cuts: Readonly<Record<Survey["plan"]["onPartial"], string>> = {
  resume: "the next targets, then the earlier ones, are asked to go on where it stopped, each once",
  restart: "the text is taken back, and the next targets, then the earlier ones, begin anew, each once",
  fail: "the run ends; the text stays, marked as incomplete",
}

const explainBounds = (survey: Survey, size: RequestSize): Section => {
  const { plan } = survey
  const { requests, firstWord, inAll, cost } = boundsOf(plan, countedSteps(survey), size)
  return {
    title: `At most${whichSteps(survey)}`,
    rows: [
      [
        "requests",
        `${count(requests.inAll)}${requests.isLimited ? ", the plan's limit" : ""}; ${count(requests.answering)} before the answer begins`,
      ],
      ["first word", `${Duration.format(firstWord.most)}${limitNamed(plan, firstWord.most)}`],
      ["", `${Duration.format(firstWord.allSilent)} until nobody is left, when every target stays silent`],
      ["", `${Duration.format(firstWord.allRefusing)} when every request is refused at once`],
      [
        "whole answer",
        inAll === undefined
          ? "no limit, while the answer makes progress"
          : `${Duration.format(inAll)}, the plan's maxDuration`,
      ],
      ["cost", costInWords(cost, size)],
    ],
  }
}

const whichSteps = (survey: Survey): string => {
  const asked = askedNow(survey).length
  if (asked === survey.steps.length) return ""
  return asked === 0 ? ", if every step could be asked" : ", without the steps that are skipped now"
}

const limitNamed = ({ deadline, maxDuration }: Survey["plan"], most: Duration.Duration): string => {
  if (Duration.equals(most, deadline)) return ", the deadline"
  return maxDuration !== undefined && Duration.equals(most, maxDuration) ? ", the plan's maxDuration" : ""
}

const costInWords = (cost: Bounds["cost"], size: RequestSize): string => {
  const { usd, requests, unknown } = cost
  const what = `${times(requests, "request")} of ${count(size.inputTokens)} tokens in and ${count(size.outputTokens)} out`
  return unknown.length === 0
    ? `${dollars(usd)}, for ${what}, all billed in full`
    : `unknown, since no price is known of ${listed(unknown, "and")}; the rest of ${what}: ${dollars(usd)}`
}
