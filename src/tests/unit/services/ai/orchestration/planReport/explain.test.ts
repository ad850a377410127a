/** A plan in words. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Values } from "@/services/configuration"
import type { AiPlan } from "@/services/ai/orchestration/AiPlan"
import { explainPlan, type Section } from "@/services/ai/orchestration/planReport/explain"
import { allConfigured } from "@/tests/support/world"
import { anthropic, ollama, openai, planOf, surveyed } from "./surveys"

const explained = (plan: AiPlan, values?: Values) =>
  Effect.map(surveyed(plan, values), (survey) => explainPlan(survey))

const rowsOf = (sections: ReadonlyArray<Section>, title: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (sections.find((section) => section.title.startsWith(title))?.rows ?? []).map(([name = "", ...words]) => [
      name,
      words.join(" | "),
    ]),
  )

describe("explainPlan", () => {
  it.effect("tells each step's target, requests, limits and model", () =>
    Effect.gen(function* () {
      const sections = yield* explained(
        planOf([{ ...openai, attempts: 3, hedge: { after: Duration.seconds(2) } }, anthropic]),
      )
      assert.deepStrictEqual(rowsOf(sections, "Step 1: openai/gpt-4.1"), {
        requests: "at most 3, after waits of 100ms and 200ms (±20 %), or longer where it asks for it",
        limits: "begins within 10s, then never silent for 10s",
        hedge: "without a first part after 2s the next target is asked as well",
        model: "1,047,576 tokens; tools, images and JSON schemas; $0.006 a request",
      })
      assert.deepStrictEqual(rowsOf(sections, "Step 2: anthropic/claude-haiku-5-5"), {
        requests: "1",
        limits: "begins within 1m, then never silent for 10s",
        model: "1,000,000 tokens; tools, images and JSON schemas; $0.00035 a request",
      })
    }),
  )

  it.effect("tells what keeps a step from being asked, and what to do", () =>
    Effect.gen(function* () {
      const sections = yield* explained(planOf([openai, anthropic, { provider: "groq" }]), {
        ...allConfigured,
        ANTHROPIC_API_KEY: undefined,
      })
      assert.strictEqual(
        rowsOf(sections, "Step 2")["now"],
        "skipped, since it has no key: set ANTHROPIC_API_KEY",
      )
      assert.deepStrictEqual(Object.keys(rowsOf(sections, "Step 3")), ["now"])
      assert.isTrue(sections.some(({ title }) => title.endsWith("without the steps that are skipped now")))
    }),
  )

  it.effect("tells which steps a run may not come to", () =>
    Effect.gen(function* () {
      const sections = yield* explained(planOf([{ ...openai, attempts: 6 }, anthropic]))
      assert.strictEqual(
        rowsOf(sections, "Step 2")["but"],
        "the steps before it may use up the 6 requests of a run",
      )
    }),
  )

  it.effect("has a column of consequences for every step that is asked", () =>
    Effect.gen(function* () {
      const sections = yield* explained(planOf([{ ...openai, attempts: 3 }, ollama]))
      const failures = rowsOf(sections, "When a request fails")
      assert.strictEqual(failures[""], "step 1 | step 2")
      assert.strictEqual(failures["503, 529: overloaded"], "2, next | 1, end")
    }),
  )

  it.effect.each([
    { onPartial: "resume", words: /asked to go on where it stopped/ },
    { onPartial: "restart", words: /text is taken back/ },
    { onPartial: "fail", words: /marked as incomplete/ },
  ] as const)("says what $onPartial means", ({ onPartial, words }) =>
    Effect.gen(function* () {
      const sections = yield* explained(planOf([openai, anthropic], { onPartial }))
      assert.match(rowsOf(sections, "When that is not enough")["an answer is cut"] ?? "", words)
    }),
  )

  it.effect("gives the most that a run can take, with the limit that it comes from", () =>
    Effect.gen(function* () {
      const sections = yield* explained(planOf([{ ...openai, attempts: 3 }, anthropic]))
      const most = rowsOf(sections, "At most")
      assert.strictEqual(most["requests"], "6, the plan's limit; 5 before the answer begins")
      assert.strictEqual(most["first word"], "2m, the deadline")
      assert.strictEqual(most["whole answer"], "no limit, while the answer makes progress")
      assert.match(most["cost"] ?? "", /^\$0\.0\d+, for 6 requests of 1,000 tokens in and 500 out/)
    }),
  )

  it.effect("says that a cost is unknown where a price is", () =>
    Effect.gen(function* () {
      const sections = yield* explained(planOf([{ provider: "openai", model: "gpt-9-mega" }, openai]))
      assert.match(
        rowsOf(sections, "At most")["cost"] ?? "",
        /^unknown, since no price is known of openai\/gpt-9-mega/,
      )
    }),
  )

  it.effect("is the same number of cells in every row of a section", () =>
    Effect.gen(function* () {
      for (const { rows } of yield* explained(planOf([openai, anthropic, { provider: "groq" }]))) {
        assert.isAtMost(new Set(rows.map((row) => row.length)).size, 1)
      }
    }),
  )
})
