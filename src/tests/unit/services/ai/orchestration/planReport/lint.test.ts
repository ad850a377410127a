/** Mistakes in plans, each found by its rule and by no other. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Values } from "@/services/configuration"
import type { AiPlan } from "@/services/ai/orchestration/AiPlan"
import { lintPlan, rules } from "@/services/ai/orchestration/planReport/lint"
import { allConfigured } from "@/tests/support/world"
import { anthropic, ollama, openai, planOf, surveyed } from "./surveys"

interface Case {
  readonly fact: string
  readonly plan: AiPlan
  readonly values?: Values
  /** `rule` or `rule step`, in their order. */
  readonly found: ReadonlyArray<string>
}

const seconds = Duration.seconds
const gpt54 = { ...openai, model: "gpt-5.4" }
const good = [openai, { ...openai, provider: "anthropic", model: "claude-sonnet-4-6" }] as const
const withoutKeys: Values = {}

const cases: ReadonlyArray<Case> = [
  { fact: "a good plan", plan: planOf(good), found: [] },
  {
    fact: "a provider that nobody has",
    plan: planOf([...good, { provider: "groq" }]),
    found: ["unknown-provider 3"],
  },
  {
    fact: "no key at all",
    plan: planOf(good),
    values: withoutKeys,
    found: ["nobody-to-ask", "missing-key 1", "missing-key 2"],
  },
  {
    fact: "a fallback without its key",
    plan: planOf(good),
    values: { ...allConfigured, ANTHROPIC_API_KEY: undefined },
    found: ["missing-key 2"],
  },
  {
    fact: "an Ollama that is not there",
    plan: planOf([...good, { provider: "ollama", model: "llama3.2:3b" }]),
    values: { ...allConfigured, OLLAMA_BASE_URL: undefined },
    found: ["missing-key 3", "smaller-window 3", "fewer-abilities 3"],
  },
  { fact: "one step alone", plan: planOf([{ ...openai, attempts: 3 }]), found: ["one-provider"] },
  {
    fact: "two models of one provider",
    plan: planOf([openai, { ...openai, model: "gpt-4.1-mini" }]),
    found: ["one-provider"],
  },
  {
    fact: "a model that no table has",
    plan: planOf([...good, { provider: "openai", model: "gpt-9-mega" }], { deadline: seconds(180) }),
    found: ["unknown-model 3"],
  },
  {
    fact: "a fallback with less room and fewer abilities",
    plan: planOf([openai, ollama]),
    found: ["smaller-window 2", "fewer-abilities 2"],
  },
  {
    fact: "fewer requests than steps",
    plan: planOf([...good, { ...openai, model: "gpt-4.1-mini" }], { maxAttempts: 2 }),
    found: ["max-attempts", "unreachable 3"],
  },
  {
    fact: "a first step that may use up all requests",
    plan: planOf([{ ...openai, attempts: 6 }, good[1]]),
    found: ["unreachable 2"],
  },
  { fact: "the same target twice", plan: planOf([...good, openai]), found: ["unreachable 3"] },
  {
    fact: "a hedge on the last step",
    plan: planOf([openai, { ...good[1], hedge: { after: seconds(2) } }]),
    found: ["hedge-alone 2"],
  },
  {
    fact: "a hedge before nothing but its own target",
    plan: planOf([...good, { ...openai, hedge: {} }, openai]),
    found: ["unreachable 3", "hedge-alone 3", "unreachable 4"].toSorted(),
  },
  {
    fact: "a hedge that comes after the first part was given up",
    plan: planOf([{ ...openai, hedge: { after: seconds(10) } }, good[1]]),
    found: ["hedge-late 1"],
  },
  {
    fact: "a deadline that is shorter than a first part",
    plan: planOf([gpt54, anthropic], { deadline: seconds(50) }),
    found: ["deadline-shared", "deadline-short 1", "deadline-short 2"],
  },
  {
    fact: "first parts that do not fit into the deadline together",
    plan: planOf([gpt54, anthropic], { deadline: seconds(100) }),
    found: ["deadline-shared"],
  },
  {
    fact: "a deadline that the longest duration ends before",
    plan: planOf(good, { maxDuration: seconds(60) }),
    found: ["deadline-idle"],
  },
  {
    fact: "a backoff whose most is less than its base",
    plan: planOf([{ ...openai, attempts: 2, backoff: { base: seconds(2), max: seconds(1) } }, good[1]]),
    found: ["backoff-order 1"],
  },
  {
    fact: "a backoff that is never waited for",
    plan: planOf([{ ...openai, attempts: 2, backoff: { base: seconds(4), max: seconds(8) } }, good[1]]),
    found: ["backoff-long 1"],
  },
  { fact: "restart", plan: planOf(good, { onPartial: "restart" }), found: ["restart"] },
  {
    fact: "no time at all",
    plan: planOf([{ ...openai, stall: Duration.zero }, good[1]], { deadline: Duration.zero }),
    found: ["no-time", "no-time 1", "deadline-shared", "deadline-short 1", "deadline-short 2"],
  },
]

describe("lintPlan", () => {
  it.effect.each(cases)("$fact", ({ plan, values, found }) =>
    Effect.gen(function* () {
      const findings = lintPlan(yield* surveyed(plan, values))
      const names = findings.map(({ rule, step }) => (step === undefined ? rule : `${rule} ${step}`))
      assert.deepStrictEqual(names.toSorted(), found.toSorted())
      for (const { message, fix } of findings) {
        assert.notMatch(`${message} ${fix}`, /undefined|NaN|\[object|\n|\.$/)
      }
    }),
  )

  it("has a case for every rule", () => {
    const tested = new Set(cases.flatMap(({ found }) => found.map((name) => name.split(" ")[0])))
    assert.deepStrictEqual(
      Object.keys(rules).filter((rule) => !tested.has(rule)),
      [],
    )
  })

  it.effect("tells errors first", () =>
    Effect.gen(function* () {
      const findings = lintPlan(
        yield* surveyed(planOf([openai, { provider: "groq" }]), {
          ...allConfigured,
          OPENAI_API_KEY: undefined,
        }),
      )
      assert.deepStrictEqual(
        findings.map(({ level }) => level),
        ["error", "error", "warning"],
      )
    }),
  )

  it.effect("says what to do", () =>
    Effect.gen(function* () {
      const [missing] = lintPlan(
        yield* surveyed(planOf(good), { ...allConfigured, OPENAI_API_KEY: undefined }),
      )
      assert.strictEqual(missing?.message, "openai/gpt-4.1 is skipped: it has no key")
      assert.strictEqual(missing?.fix, "set OPENAI_API_KEY")
    }),
  )
})
