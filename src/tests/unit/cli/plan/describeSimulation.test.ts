/** The tables of a simulation, as they stand in a terminal. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { describeSimulation } from "@/cli/plan/describeSimulation"
import type { SimulationReport } from "@/services/ai/orchestration/planSimulation/SimulationReport"
import {
  anthropic,
  openai,
  planOf,
  surveyed,
} from "@/tests/unit/services/ai/orchestration/planReport/surveys"
import { allConfigured } from "@/tests/support/world"

const none = { retries: 0, hedges: 0, rescues: 0, failed: 0, passedOver: 0, circuitsOpened: 0, cooled: 0 }

const report: SimulationReport = {
  plan: "tested",
  seed: "7",
  runs: 1_000,
  runsPerSecond: 10,
  faults: [
    { target: "openai", fault: "down", from: Duration.minutes(2), for: Duration.minutes(5) },
    { target: "*", status: 429, retryAfter: Duration.seconds(30), rate: 0.2 },
  ],
  lasted: Duration.millis(110_400),
  outcomes: [
    { outcome: { _tag: "Complete", target: "anthropic/claude-haiku-5-5", way: "fallback" }, runs: 968 },
    { outcome: { _tag: "Incomplete", reason: "Cut" }, runs: 32 },
  ],
  targets: [
    { ...none, target: "openai/gpt-4.1", requests: 12, failed: 12 },
    { ...none, target: "anthropic/claude-haiku-5-5", requests: 1_988 },
  ],
  mostRequests: 4,
  firstWord: { p50: Duration.millis(496), p95: Duration.millis(1_234), longest: Duration.seconds(75) },
  whole: { p50: Duration.seconds(10), p95: Duration.seconds(11), longest: Duration.seconds(90) },
  cost: { usd: 1.25, isComplete: false },
  spoilt: 0,
}

const described = (changes: Partial<SimulationReport> = {}, values = allConfigured) =>
  Effect.map(surveyed(planOf([openai, anthropic]), values), (survey) =>
    describeSimulation({
      report: { ...report, ...changes },
      survey,
      size: { inputTokens: 1_000, outputTokens: 500 },
    }),
  )

describe("describeSimulation", () => {
  it.effect("tells the script, the outcomes, the requests, the times and the cost", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* described(),
        `Plan tested: openai/gpt-4.1, then anthropic/claude-haiku-5-5
1,000 runs, 10 a second, over 1m 50s of virtual time; seed 7
  openai  down                   from 2m, for 5m  never: the last run begins after 1m 40s
  all     429 retry-after 30.0s  20 %

Outcomes
  complete    anthropic/claude-haiku-5-5, as fallback  968  96.8 %
  incomplete  Cut                                       32   3.2 %

Requests: 2.00 a run, 4 at most
                              requests  retries  hedges  rescues  failed  passed over  circuit opened  cooled
  openai/gpt-4.1                    12        0       0        0      12            0               0       0
  anthropic/claude-haiku-5-5     1,988        0       0        0       0            0               0       0

Time, with 300 to 700 ms to a first token and 50 tokens a second where nothing is wrong
                p50    p95  longest
  first word  496ms   1.2s   1m 15s
  whole run   10.0s  11.0s   1m 30s

Cost: at least $1.25, for 1,000 runs of 1,000 tokens in and 500 out
`,
      )
    }),
  )

  it.effect("says who was taken as ready without a key", () =>
    Effect.gen(function* () {
      assert.include(
        yield* described({}, { ...allConfigured, OPENAI_API_KEY: undefined }),
        "Without a key here, but taken as ready: openai/gpt-4.1\n",
      )
    }),
  )

  it.effect("says so when nothing goes wrong, and when something is wrong with the executor", () =>
    Effect.gen(function* () {
      assert.include(yield* described({ faults: [] }), "\nNothing goes wrong\n")
      assert.include(yield* described({ spoilt: 2 }), "2 complete answers had another text")
    }),
  )

  it.effect("says of a fault how much of it no run can meet", () =>
    Effect.gen(function* () {
      const down = { target: "openai", fault: "down" } as const
      const faults = [
        { ...down, for: Duration.minutes(5) },
        { ...down, for: Duration.minutes(1) },
      ]
      const lines = (yield* described({ faults })).split("\n")
      assert.strictEqual(lines[2], "  openai  down  for 5m  goes on after the last run begins, at 1m 40s")
      assert.strictEqual(lines[3], "  openai  down  for 1m")
    }),
  )

  it.effect("a rate below one a second is told as a pause", () =>
    Effect.gen(function* () {
      assert.include(yield* described({ runsPerSecond: 1 / 60 }), "one every 1m,")
    }),
  )
})
