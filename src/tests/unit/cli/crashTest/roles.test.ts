/** Which target meets which fault, and what a plan has of what a case needs. */
import { assert, describe, it } from "@effect/vitest"
import type { Need } from "@/cli/crashTest/CrashCase"
import { faultsAt, has, type Shape } from "@/cli/crashTest/roles"
import { anthropic, ollama, openai, shapeOf } from "./plans"

const three = shapeOf([openai, anthropic, ollama])

describe("the faults of a target", () => {
  it("are those of its place; whoever is not named answers", () => {
    const script = { preferred: ["server-error"], others: ["empty"] } as const
    assert.deepStrictEqual(
      three.targets.map((_, place) => faultsAt(script, three, place)),
      [["server-error"], ["ok"], ["empty"]],
    )
  })

  it("are those of the first fallback that is prefilled, where the script names them", () => {
    const script = {
      preferred: ["cut-after-40-fin"],
      others: ["server-error"],
      prefilled: ["rejects-prefill"],
    } as const
    assert.deepStrictEqual(faultsAt(script, three, 2), ["rejects-prefill"])
    const prefilledFirst = shapeOf([openai, ollama, { ...ollama, model: "llama3.2:3b" }])
    assert.deepStrictEqual(
      prefilledFirst.targets.map((_, place) => faultsAt(script, prefilledFirst, place)),
      [["cut-after-40-fin"], ["rejects-prefill"], ["server-error"]],
    )
  })
})

const alone = shapeOf([{ ...openai, attempts: 1 }])

const needs: ReadonlyArray<readonly [fact: string, need: Need, shape: Shape, isThere: boolean]> = [
  ["one step of three attempts has another request", "another-request", shapeOf([openai]), true],
  ["one step of one attempt has none", "another-request", alone, false],
  [
    "a plan of one request has none",
    "another-request",
    shapeOf([openai, anthropic], { maxAttempts: 1 }),
    false,
  ],
  ["two targets are two", "second-target", shapeOf([openai, anthropic]), true],
  ["one is not", "second-target", shapeOf([openai]), false],
  [
    "a second target that the requests do not suffice to come to is none",
    "second-target",
    shapeOf([openai, anthropic], { maxAttempts: 3 }),
    false,
  ],
  [
    "a third needs a request more than the first two",
    "third-target",
    shapeOf([openai, anthropic, ollama]),
    true,
  ],
  ["and is none without it", "third-target", shapeOf([openai, anthropic, ollama], { maxAttempts: 4 }), false],
  ["a plan rescues unless it says otherwise", "rescue", three, true],
  ["and it may say so", "rescue", shapeOf([openai, anthropic], { onPartial: "fail" }), false],
  ["Ollama is prefilled", "prefill", three, true],
  ["Claude of today is not", "prefill", shapeOf([openai, anthropic]), false],
  ["the preferred target is no fallback", "prefill", shapeOf([ollama, openai]), false],
  ["a million is less than a million and fifty thousand", "larger-window", three, false],
  [
    "200,000 is more than 128,000",
    "larger-window",
    shapeOf([{ ...openai, model: "gpt-4o" }, anthropic]),
    true,
  ],
  ["what nobody knows may be larger", "larger-window", shapeOf([openai, { ...ollama, model: "own" }]), true],
  ["a refusal ends the run", "refusal-goes-on", three, false],
  ["unless the step says otherwise", "refusal-goes-on", shapeOf([{ ...openai, onRefusal: "next" }]), true],
  ["Claude calls tools", "second-with-tools", three, true],
  ["Gemma does not", "second-with-tools", shapeOf([openai, ollama]), false],
]

describe("what a plan has", () => {
  it.each(needs)("%s", (_fact, need, shape, isThere) => assert.strictEqual(has(shape, need), isThere))
})
