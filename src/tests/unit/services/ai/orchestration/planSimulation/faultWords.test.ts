/** The words of a fault script, what they mean, and how a mistake in them is told. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import { parseFaultWords, type Script } from "@/services/ai/orchestration/planSimulation/faultWords"
import type { Fault } from "@/services/ai/orchestration/planSimulation/Fault"

const seconds = Duration.seconds

describe("a clause about a target", () => {
  const clauses: ReadonlyArray<{ readonly words: string; readonly fault: Fault }> = [
    { words: "openai down", fault: { target: "openai", fault: "down" } },
    { words: "OpenAI is DOWN", fault: { target: "OpenAI", fault: "down" } },
    {
      words: "openai down for 5 minutes",
      fault: { target: "openai", fault: "down", for: Duration.minutes(5) },
    },
    {
      words: "openai down from 2 minutes for 30s",
      fault: { target: "openai", fault: "down", from: Duration.minutes(2), for: seconds(30) },
    },
    { words: "anthropic at 20 % 529", fault: { target: "anthropic", rate: 0.2, status: 529 } },
    { words: "anthropic 529 at 20%", fault: { target: "anthropic", rate: 0.2, status: 529 } },
    {
      words: "anthropic answers 12.5 % of requests with 500",
      fault: { target: "anthropic", rate: 0.125, status: 500 },
    },
    { words: "ollama slow 8 s", fault: { target: "ollama", firstToken: seconds(8) } },
    {
      words: "ollama slow 1.5 seconds 10 %",
      fault: { target: "ollama", firstToken: seconds(1.5), rate: 0.1 },
    },
    {
      words: "openai cuts 10 % after 40 tokens",
      fault: { target: "openai", cutAfter: 40, rate: 0.1 },
    },
    { words: "openai cuts after 7 tokens", fault: { target: "openai", cutAfter: 7 } },
    { words: "anthropic stalls 5 %", fault: { target: "anthropic", stallAfter: 40, rate: 0.05 } },
    { words: "anthropic stalls after 1 token", fault: { target: "anthropic", stallAfter: 1 } },
    { words: "openai silent", fault: { target: "openai", fault: "silent" } },
    { words: "openai never answers", fault: { target: "openai", fault: "silent" } },
    { words: "openai empty 3 %", fault: { target: "openai", fault: "empty", rate: 0.03 } },
    {
      words: "openai 429 retry-after 30 s for 1 minute",
      fault: { target: "openai", status: 429, retryAfter: seconds(30), for: seconds(60) },
    },
    { words: "everyone down", fault: { target: "*", fault: "down" } },
    { words: "all 503 for 1 h", fault: { target: "*", status: 503, for: Duration.hours(1) } },
    {
      words: "ollama/gemma3:1b down for 2 days",
      fault: { target: "ollama/gemma3:1b", fault: "down", for: Duration.days(2) },
    },
  ]

  it.each(clauses)("$words", ({ words, fault }) => {
    assert.deepStrictEqual(Result.getOrThrow(parseFaultWords(words)), { faults: [fault] })
  })
})

describe("other clauses", () => {
  const cases: ReadonlyArray<{ readonly words: string; readonly script: Script }> = [
    { words: "", script: { faults: [] } },
    { words: " , ", script: { faults: [] } },
    { words: "1000 runs", script: { faults: [], runs: 1_000 } },
    { words: "20 runs per second", script: { faults: [], runsPerSecond: 20 } },
    { words: "20 per second", script: { faults: [], runsPerSecond: 20 } },
    { words: "90 runs per minute", script: { faults: [], runsPerSecond: 1.5 } },
    { words: "1 run a minute", script: { faults: [], runsPerSecond: 1 / 60 } },
    {
      words: "openai down, from 2 minutes, for 1 minute, 500 runs, anthropic 529",
      script: {
        faults: [
          { target: "openai", fault: "down", from: Duration.minutes(2), for: Duration.minutes(1) },
          { target: "anthropic", status: 529 },
        ],
        runs: 500,
      },
    },
  ]

  it.each(cases)('"$words"', ({ words, script }) => {
    assert.deepStrictEqual(Result.getOrThrow(parseFaultWords(words)), script)
  })
})

describe("a mistake names the word that is not understood", () => {
  it.each([
    { words: "openai dwn", told: '"dwn" is not understood in "openai dwn": after a target come down' },
    { words: "1000 runs, openai down fro 2 minutes", told: '"fro" is not understood' },
    { words: "openai slow", told: '"slow" is not understood in "openai slow"' },
    { words: "openai slow 8", told: "slow 8 s" },
    { words: "openai slow 8 parsecs", told: '"parsecs" is no unit of time' },
    { words: "openai", told: '"openai" does not say what goes wrong' },
    { words: "openai 20 %", told: "does not say what goes wrong" },
    { words: "openai down 529", told: "says two things" },
    { words: "openai cuts stalls", told: "says two things" },
    { words: "openai 200", told: "200 is no status of a refusal" },
    { words: "openai 4290", told: "4290 is no status" },
    { words: "openai cuts 120 %", told: "120 % is more than all" },
    { words: "openai down after 4 tokens", told: "only cuts and stalls" },
    { words: "openai down retry-after 3 s", told: "only a refusal asks for a wait" },
    { words: "from 2 minutes, openai down", told: '"from 2 minutes" comes before any fault' },
    { words: "12 bananas", told: '"12 bananas" is not understood' },
    { words: "20 runs per fortnight", told: "20 runs per second" },
  ])('"$words"', ({ words, told }) => {
    const parsed = parseFaultWords(words)
    assert(Result.isFailure(parsed))
    assert.include(parsed.failure, told)
    assert.notMatch(parsed.failure, /undefined|NaN|\n/)
  })

  it("and never throws, whatever it is given", () => {
    for (const words of [
      "%",
      "%%%",
      "- -",
      "openai %",
      "5",
      "5 5",
      "a,b,c",
      "🦆 down",
      "openai 🦆",
      "1e9 runs",
      "-5 runs",
    ]) {
      assert.isDefined(parseFaultWords(words))
    }
  })
})
