/** Faults as data: what a script may hold, and whom and when a fault is about. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { FaultScript, isAbout, isActive } from "@/services/ai/orchestration/planSimulation/Fault"

const decode = (script: unknown) =>
  Schema.decodeUnknownEffect(FaultScript)(script, { onExcessProperty: "error" })

describe("a script", () => {
  it.effect("is a list of faults", () =>
    Effect.gen(function* () {
      const script = yield* decode([
        { target: "openai", from: "0 seconds", for: "5 minutes", fault: "down" },
        { target: "anthropic", rate: 0.2, status: 529 },
        { target: "openai", firstToken: "20 seconds" },
        { target: "openai", cutAfter: 40, rate: 0.1 },
        { target: "openai", stallAfter: 0 },
        { target: "*", status: 429, retryAfter: "30 seconds" },
      ])
      assert.strictEqual(script.length, 6)
      assert.deepStrictEqual(script[0]?.for, Duration.minutes(5))
    }),
  )

  it.effect.each([
    { fact: "a fault of nobody", fault: { fault: "down" }, told: "target" },
    {
      fact: "a fault that does nothing",
      fault: { target: "openai", rate: 0.5 },
      told: "one of fault, status",
    },
    {
      fact: "two faults in one",
      fault: { target: "openai", fault: "down", status: 500 },
      told: "one of fault, status",
    },
    { fact: "a kind that does not exist", fault: { target: "openai", fault: "broken" }, told: "down" },
    {
      fact: "a rate in percent",
      fault: { target: "openai", fault: "down", rate: 20 },
      told: "between 0 and 1",
    },
    {
      fact: "a status that is no refusal",
      fault: { target: "openai", status: 200 },
      told: "between 400 and 599",
    },
    {
      fact: "a wait without a refusal",
      fault: { target: "openai", fault: "down", retryAfter: "1 second" },
      told: "status",
    },
    {
      fact: "a time without an end",
      fault: { target: "openai", fault: "down", for: "Infinity" },
      told: "at most 366 days",
    },
    { fact: "an unknown field", fault: { target: "openai", fault: "down", until: "noon" }, told: "until" },
  ])("refuses $fact", ({ fault, told }) =>
    Effect.gen(function* () {
      assert.include((yield* Effect.flip(decode([fault]))).message, told)
    }),
  )
})

describe("isAbout", () => {
  const target = { provider: "openai", model: "gpt-5.4" }

  it.each([
    { name: "openai", expected: true },
    { name: "OpenAI", expected: true },
    { name: "openai/gpt-5.4", expected: true },
    { name: "*", expected: true },
    { name: "openai/gpt-4.1", expected: false },
    { name: "gpt-5.4", expected: false },
    { name: "anthropic", expected: false },
  ])("$name: $expected", ({ name, expected }) => {
    assert.strictEqual(isAbout({ target: name }, target), expected)
  })
})

describe("isActive", () => {
  const fault = {
    target: "openai",
    fault: "down",
    from: Duration.seconds(10),
    for: Duration.seconds(5),
  } as const

  it("from its beginning, up to its end", () => {
    assert.deepStrictEqual(
      [9_999, 10_000, 14_999, 15_000].map((elapsed) => isActive(fault, elapsed)),
      [false, true, true, false],
    )
  })

  it("for good without an end", () => {
    assert.isTrue(isActive({ target: "openai", fault: "down" }, 1e12))
  })
})
