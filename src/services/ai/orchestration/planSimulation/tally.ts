/** Adds the runs of a simulation up. It keeps counts and times, not the runs, of which there may be many. */
import * as Duration from "effect/Duration"
import { nameOf } from "../PlanEvent"
import type { Survey } from "../planReport/survey"
import type { TelemetryEvent } from "../../../telemetry/TelemetryService"
import type { RunStory } from "./runStory"
import type { Outcome, SimulationReport, Spread, TargetTally } from "./SimulationReport"

export interface Tally {
  readonly add: (story: RunStory) => void
  /** Circuits tell of themselves by telemetry alone. */
  readonly observe: (event: TelemetryEvent) => void
  readonly sum: () => Omit<SimulationReport, "plan" | "seed" | "runsPerSecond" | "faults" | "lasted">
}

type Counts = { -readonly [Name in keyof TargetTally]: TargetTally[Name] }

/** @param wholeText what a complete answer says */
export const makeTally = ({ steps }: Survey, wholeText: string): Tally => {
  const targets = new Map(steps.map(({ target }) => [nameOf(target), noneOf(nameOf(target))]))
  const names = steps.map(({ target }) => nameOf(target))
  const outcomes = new Map<string, { readonly outcome: Outcome; runs: number }>()
  const firstWords: Array<number> = []
  const wholes: Array<number> = []
  let mostRequests = 0
  let usd = 0
  let isComplete = true
  let spoilt = 0

  const addRequests = ({ requests, passedOver }: RunStory): void => {
    for (const { target, kind, failed } of requests) {
      const counts = targets.get(target)
      if (counts === undefined) continue
      counts.requests += 1
      if (failed) counts.failed += 1
      if (kind !== "first") counts[kinds[kind]] += 1
    }
    for (const step of passedOver) {
      const counts = targets.get(names[step] ?? "")
      if (counts !== undefined) counts.passedOver += 1
    }
  }

  return {
    add: (story) => {
      const key = JSON.stringify(story.outcome)
      const same = outcomes.get(key) ?? { outcome: story.outcome, runs: 0 }
      outcomes.set(key, { ...same, runs: same.runs + 1 })
      if (story.firstWord !== undefined) firstWords.push(Duration.toMillis(story.firstWord))
      wholes.push(Duration.toMillis(story.whole))
      mostRequests = Math.max(mostRequests, story.requests.length)
      usd += story.usd
      isComplete &&= story.isPriced
      if (story.outcome._tag === "Complete" && story.text !== wholeText) spoilt += 1
      addRequests(story)
    },
    observe: ({ action, label = "" }) => {
      const counts = targets.get(label)
      if (counts === undefined) return
      if (action === "circuit_opened") counts.circuitsOpened += 1
      if (action === "target_cooled") counts.cooled += 1
    },
    sum: () => {
      const firstWord = spreadOf(firstWords)
      return {
        runs: wholes.length,
        outcomes: [...outcomes.values()].toSorted((left, right) => right.runs - left.runs),
        targets: [...targets.values()].map((counts) => ({ ...counts })),
        mostRequests,
        ...(firstWord === undefined ? {} : { firstWord }),
        whole: spreadOf(wholes) ?? nothing,
        cost: { usd, isComplete },
        spoilt,
      }
    },
  }
}

const kinds = { retry: "retries", hedge: "hedges", rescue: "rescues" } as const

const noneOf = (target: string): Counts => ({
  target,
  requests: 0,
  retries: 0,
  hedges: 0,
  rescues: 0,
  failed: 0,
  passedOver: 0,
  circuitsOpened: 0,
  cooled: 0,
})

const nothing: Spread = { p50: Duration.zero, p95: Duration.zero, longest: Duration.zero }

const spreadOf = (millis: ReadonlyArray<number>): Spread | undefined => {
  const sorted = millis.toSorted((left, right) => left - right)
  const longest = sorted.at(-1)
  if (longest === undefined) return undefined
  const rank = (share: number): Duration.Duration =>
    Duration.millis(sorted[Math.ceil(share * sorted.length) - 1] ?? longest)
  return { p50: rank(0.5), p95: rank(0.95), longest: Duration.millis(longest) }
}
