/** Plans against faults in virtual time: the numbers add up, repeat themselves, and keep within the bounds that a report gives. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { AiPlan } from "@/services/ai/orchestration/AiPlan"
import { boundsOf } from "@/services/ai/orchestration/planReport/bounds"
import { countedSteps, surveyOf } from "@/services/ai/orchestration/planReport/survey"
import { parseFaultWords } from "@/services/ai/orchestration/planSimulation/faultWords"
import {
  defaults,
  simulatePlan,
  type Simulation,
} from "@/services/ai/orchestration/planSimulation/simulatePlan"
import type { SimulationReport } from "@/services/ai/orchestration/planSimulation/SimulationReport"
import { allConfigured, makeWorld, type World } from "@/tests/support/world"
import { anthropic, ollama, openai, planOf } from "../planReport/surveys"

const size = { inputTokens: 1_000, outputTokens: 200 }
const three = planOf([{ ...openai, attempts: 3 }, anthropic, ollama])

interface Setup extends Partial<Omit<Simulation, "survey" | "faults">> {
  readonly plan?: AiPlan
  readonly world?: World
}

const simulated = (words: string, { plan = three, world = makeWorld({}), ...more }: Setup = {}) =>
  Effect.gen(function* () {
    const survey = yield* surveyOf(plan)
    const { faults } = Result.getOrThrow(parseFaultWords(words))
    return yield* simulatePlan({ survey, faults, ...defaults, size, runs: 200, ...more })
  }).pipe(Effect.provide(world.layer), Effect.orDie)

const runsOf = ({ outcomes }: SimulationReport): Readonly<Record<string, number>> =>
  Object.fromEntries(
    outcomes.map(({ outcome, runs }) => {
      const { _tag, ...facts } = outcome
      return [[_tag, ...Object.values(facts)].join(" "), runs]
    }),
  )

const tallyOf = ({ targets }: SimulationReport, provider: string) => {
  const tally = targets.find(({ target }) => target.startsWith(`${provider}/`))
  assert(tally !== undefined)
  return tally
}

const scripts = [
  "",
  "openai down for 5 minutes",
  "anthropic at 20 % 529, openai 500 at 50 %",
  "all down",
  "all silent",
  "all 500",
  "all 429 retry-after 30 s for 1 minute",
  "openai 429, anthropic 429 retry-after 2 s",
  "all cuts 40 % after 40 tokens",
  "openai stalls 30 %, anthropic cuts 50 %, ollama 401",
  "openai empty 50 %, anthropic empty",
  "openai slow 8 s, anthropic slow 20 s 50 %",
  "openai 400 at 10 %",
  "openai 402, anthropic 404",
] as const

describe("without a fault", () => {
  it.live("every run is answered by the first target, at the first try, in its own time", () =>
    Effect.gen(function* () {
      const report = yield* simulated("")
      assert.deepStrictEqual(runsOf(report), { "Complete openai/gpt-4.1 first-try": 200 })
      assert.strictEqual(report.mostRequests, 1)
      // 1,000 tokens in and 200 out at $2 and $8 a million.
      assert.closeTo(report.cost.usd, 200 * 0.0036, 1e-9)
      // 200 tokens, 20 ms apart, after 300 to 700 ms.
      const longest = Duration.toMillis(report.whole.longest)
      assert.isTrue(longest >= 4_280 && longest <= 4_680, `${longest} ms`)
    }),
  )

  it.live("asks nobody, and needs no key", () =>
    Effect.gen(function* () {
      const world = makeWorld({}, {})
      yield* simulated("openai down", { world })
      assert.deepStrictEqual(world.calls, [])
      assert.deepStrictEqual(world.telemetry, [])
    }),
  )
})

describe("whatever goes wrong", () => {
  it.live.each(scripts)("%s: every run has one outcome, no text is spoilt, and the bounds hold", (words) =>
    Effect.gen(function* () {
      for (const plan of [
        three,
        planOf([openai, anthropic], { deadline: Duration.seconds(20), onPartial: "restart" }),
        planOf([{ ...openai, hedge: { after: Duration.seconds(1) } }, anthropic, ollama]),
        planOf([openai, ollama], { onPartial: "fail", maxAttempts: 2, maxDuration: Duration.seconds(12) }),
      ]) {
        const script = plan.steps.length < 3 ? words.replace(/(, )?(anthropic|ollama) [^,]*/g, "") : words
        const report = yield* simulated(script, { plan, runs: 40 })
        const survey = yield* Effect.orDie(Effect.provide(surveyOf(plan), makeWorld({}, allConfigured).layer))
        const bounds = boundsOf(plan, countedSteps(survey), size)
        assert.strictEqual(
          report.outcomes.reduce((sum, { runs }) => sum + runs, 0),
          40,
        )
        assert.strictEqual(report.spoilt, 0)
        assert.isAtMost(report.mostRequests, bounds.requests.inAll)
        assert.isAtMost(report.cost.usd, 40 * bounds.cost.usd + 1e-9)
        const firstWord = report.firstWord?.longest ?? Duration.zero
        assert.isTrue(Duration.isLessThanOrEqualTo(firstWord, bounds.firstWord.most))
        const longest = bounds.inAll ?? Duration.hours(1)
        assert.isTrue(Duration.isLessThanOrEqualTo(report.whole.longest, longest))
        for (const tally of report.targets) {
          assert.isAtMost(tally.retries + tally.hedges + tally.rescues, tally.requests)
          assert.isAtMost(tally.failed, tally.requests)
        }
      }
    }),
  )

  it.live("when all are silent, one run takes as long as the report says", () =>
    Effect.gen(function* () {
      for (const plan of [
        three,
        planOf([openai, anthropic], { deadline: Duration.seconds(20) }),
        planOf([{ ...openai, hedge: { after: Duration.seconds(1) } }, anthropic, ollama]),
      ]) {
        const report = yield* simulated("all silent", { plan, runs: 1 })
        const survey = yield* Effect.orDie(Effect.provide(surveyOf(plan), makeWorld({}).layer))
        const { allSilent } = boundsOf(plan, countedSteps(survey), size).firstWord
        assert.deepStrictEqual(report.whole.longest, allSilent)
      }
    }),
  )
})

describe("openai is down", () => {
  it.live("every run is answered by the fallback, and openai gets few requests", () =>
    Effect.gen(function* () {
      const report = yield* simulated("openai down", { runs: 1_000 })
      assert.deepStrictEqual(runsOf(report), { "Complete anthropic/claude-haiku-5-5 fallback": 1_000 })
      const { requests, failed, retries, circuitsOpened } = tallyOf(report, "openai")
      assert.strictEqual(failed, requests)
      // Five failures open its circuit; after that one probe finds out, every 15 seconds at the longest.
      assert.isAtMost(requests, 20)
      assert.isAtMost(retries, 10)
      assert.isAtLeast(circuitsOpened, 3)
    }),
  )

  it.live("and is used again soon after it has come back", () =>
    Effect.gen(function* () {
      const report = yield* simulated("openai down for 1 minute", { runs: 1_000 })
      const fallbacks = runsOf(report)["Complete anthropic/claude-haiku-5-5 fallback"] ?? 0
      // Ten runs a second: a minute of outage, and 15 seconds until the next probe.
      assert.isAtLeast(fallbacks, 550)
      assert.isAtMost(fallbacks, 755)
    }),
  )
})

describe("a fault of some requests", () => {
  it.live("meets about its share of them", () =>
    Effect.gen(function* () {
      const report = yield* simulated("openai cuts 10 %", { runs: 1_000 })
      const { failed } = tallyOf(report, "openai")
      assert.isAtLeast(failed, 70)
      assert.isAtMost(failed, 130)
      assert.strictEqual(tallyOf(report, "anthropic").rescues, failed)
    }),
  )

  it.live("a cut later than the answer's end is none", () =>
    Effect.gen(function* () {
      const report = yield* simulated("openai cuts after 200 tokens, openai stalls after 900 tokens")
      assert.deepStrictEqual(runsOf(report), { "Complete openai/gpt-4.1 first-try": 200 })
    }),
  )

  it.live("a slow target is helped by the next one under a hedge, for a small share of its requests", () =>
    Effect.gen(function* () {
      const plan = planOf([{ ...openai, hedge: { after: Duration.seconds(1) } }, anthropic])
      const report = yield* simulated("openai slow 8 s 4 %", { plan, runs: 1_000 })
      assert.isAbove(runsOf(report)["Complete anthropic/claude-haiku-5-5 hedge"] ?? 0, 20)
      assert.isAtMost(tallyOf(report, "anthropic").hedges, 50)
    }),
  )
})

describe("the same simulation", () => {
  const words = "openai 500 at 30 %, anthropic cuts 30 %, ollama slow 3 s 50 %"

  it.live("comes out the same with the same seed, and otherwise with another", () =>
    Effect.gen(function* () {
      const first = yield* simulated(words)
      assert.deepStrictEqual(yield* simulated(words), first)
      assert.notDeepEqual((yield* simulated(words, { seed: "2" })).whole, first.whole)
    }),
  )
})

describe("a whole day", () => {
  it.live("is over in moments", () =>
    Effect.gen(function* () {
      const report = yield* simulated("openai down from 2 hours for 5 hours", {
        runs: 1_440,
        runsPerSecond: 1 / 60,
      })
      assert.isTrue(Duration.isGreaterThan(report.lasted, Duration.hours(23.9)))
      assert.deepStrictEqual(runsOf(report), {
        "Complete openai/gpt-4.1 first-try": 1_140,
        "Complete anthropic/claude-haiku-5-5 fallback": 300,
      })
    }),
  )
})
