/** The three promises, over random plans and random faults: no lie, no repeat, no wait without end. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { observe, type Observed, type ObservedRun } from "@/tests/support/observeRuns"
import { lies } from "@/tests/support/oracles/honest"
import { disturbances, impatience } from "@/tests/support/oracles/patient"
import { surrenders } from "@/tests/support/oracles/persistent"
import { malformations } from "@/tests/support/oracles/wellFormed"
import { withDeaths } from "@/tests/support/randomDeaths"
import { randomCase, type RandomCase } from "@/tests/support/randomRuns"

const seed = Number(process.env["SEED"] ?? 20262)
/** `CASE=n` plays one case again, and shows its events. */
const alone = process.env["CASE"]

const faultsOf = (example: RandomCase, { runs, exchanges, left }: Observed): ReadonlyArray<string> => [
  ...runs.flatMap((run, index) =>
    [...malformations(run), ...lies(run, example), ...impatience(run), ...surrenders(run)].map(
      (fault) => `run ${index}: ${fault}`,
    ),
  ),
  ...disturbances(exchanges),
  ...Object.entries(left).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what} are left`])),
]

const report = (example: RandomCase, faults: ReadonlyArray<string>): string => {
  const { index, text, scripts, values, runs } = example
  const again = { text, values, runs, scripts: Object.fromEntries(scripts) }
  return `SEED=${seed} CASE=${index}: ${faults.join("; ")}\n${JSON.stringify(again)}`
}

/** The events of a run and its requests, a line each. */
const listing = ({ events, exchanges }: ObservedRun): string =>
  [...events, ...exchanges].map((line) => JSON.stringify(line).slice(0, 400)).join("\n")

const kinds: Readonly<Record<string, (run: ObservedRun) => boolean>> = {
  completed: ({ events }) => events.at(-1)?.type === "plan-completed",
  failed: ({ events }) => events.at(-1)?.type === "plan-failed",
  partial: ({ events }) => events.some((event) => event.type === "plan-failed" && event.partial),
  rescued: ({ events }) => events.some(({ type }) => type === "answer-resumed"),
  restarted: ({ events }) => events.some(({ type }) => type === "answer-discarded"),
  hedged: ({ events }) =>
    events.some((event) => event.type === "attempt-started" && event.purpose === "hedge"),
  waited: ({ events }) => events.some(({ type }) => type === "retry-scheduled"),
  left: ({ leftAt }) => leftAt !== undefined,
  resumed: ({ resumptions }) => resumptions.length > 0,
  "resumed in their text": ({ events, resumptions }) =>
    resumptions.some(({ from }) => events.slice(0, from).some(({ type }) => type === "text-delta")),
}

const summary = (total: number, counts: ReadonlyMap<string, number>, millis: number): string => {
  const runs = counts.get("runs") ?? 0
  const shares = Object.keys(kinds).map(
    (kind) => `${Math.round(((counts.get(kind) ?? 0) / runs) * 100)} % ${kind}`,
  )
  return `${total} cases from seed ${seed}, ${runs} runs in ${Math.round(millis / 1000)} s: ${shares.join(", ")}`
}

const examine = (total: number, caseOf: (index: number) => RandomCase) =>
  Effect.gen(function* () {
    const counts = new Map<string, number>()
    const count = (kind: string) => counts.set(kind, (counts.get(kind) ?? 0) + 1)
    const failures: Array<string> = []
    const begun = performance.now()
    const indices = alone === undefined ? Array.from({ length: total }, (_, index) => index) : [Number(alone)]
    for (const index of indices) {
      const example = caseOf(index)
      const observed = yield* observe(example)
      for (const run of observed.runs) {
        count("runs")
        for (const [kind, holds] of Object.entries(kinds)) if (holds(run)) count(kind)
      }
      const faults = faultsOf(example, observed)
      if (faults.length > 0) failures.push(report(example, faults))
      if (alone !== undefined) console.info(observed.runs.map(listing).join("\n\n"))
      if (failures.length >= 3) break
    }
    assert.isEmpty(failures, failures.join("\n"))
    console.info(summary(total, counts, performance.now() - begun))
  })

describe("random plans over random faults keep the three promises", () => {
  it.live("from their start to their end", () => examine(10_000, (index) => randomCase(seed, index)), 120_000)

  it.live(
    "when their process dies, the end of their log is lost, and they are resumed",
    () => examine(5_000, (index) => withDeaths(randomCase(seed, index), seed)),
    120_000,
  )
})
