/** How `--fast` shortens a plan and its faults. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { hastenedFault, hastenedPlan } from "@/cli/crashTest/hasten"
import { anthropic, openai, surveyOf } from "./plans"

const seconds = Duration.seconds
const millis = Duration.millis

describe("a hastened plan", () => {
  it("has every limit written down, and each is shorter by the same", () => {
    const hedged = { ...openai, stall: seconds(20), hedge: { after: seconds(2) } }
    const plan = hastenedPlan(
      surveyOf([hedged, anthropic], { deadline: seconds(120), maxDuration: seconds(600) }),
      1 / 20,
    )
    const [first] = plan.steps
    assert.deepStrictEqual(first.firstPart, seconds(3))
    assert.deepStrictEqual(first.stall, seconds(1))
    assert.deepStrictEqual(first.backoff, { base: millis(5), max: millis(400) })
    assert.deepStrictEqual(first.hedge, { after: millis(100) })
    assert.deepStrictEqual([plan.deadline, plan.maxDuration], [seconds(6), seconds(30)])
  })

  it("keeps what is no time: name, targets, attempts, what follows a cut", () => {
    const survey = surveyOf([openai, { ...anthropic, onRefusal: "next" }], {
      onPartial: "fail",
      maxAttempts: 4,
    })
    const plan = hastenedPlan(survey, 1 / 20)
    assert.deepStrictEqual([plan.name, plan.onPartial, plan.maxAttempts], ["tested", "fail", 4])
    assert.deepStrictEqual(
      plan.steps.map(({ provider, model, attempts, onRefusal }) => [provider, model, attempts, onRefusal]),
      [
        ["openai", "gpt-5.4", 3, "stop"],
        ["anthropic", "claude-haiku-5-5", 1, "next"],
      ],
    )
  })

  it("has no limit that would judge the machine, and none that is longer than it was", () => {
    const plan = hastenedPlan(
      surveyOf([{ ...openai, firstPart: millis(100), stall: seconds(1) }], { deadline: seconds(5) }),
      1 / 20,
    )
    assert.deepStrictEqual(plan.steps[0].firstPart, millis(100))
    assert.deepStrictEqual(plan.steps[0].stall, millis(250))
    assert.deepStrictEqual(plan.deadline, seconds(2))
  })

  it("is the plan itself where nothing is to be hastened", () => {
    const { plan, steps } = surveyOf([openai])
    assert.deepStrictEqual(
      hastenedPlan({ plan, steps }, 1),
      plan.with({ steps: [{ ...plan.steps[0], firstPart: seconds(60) }] }),
    )
  })
})

describe("a hastened fault", () => {
  it.each([
    ["rate-limited-1s", "rate-limited-50ms"],
    ["rate-limited-3s", "rate-limited-150ms"],
    // That it is too long to wait for is its point.
    ["rate-limited-30s", "rate-limited-30s"],
    ["rate-limited", "rate-limited"],
    ["first-token-after-20s", "first-token-after-20s"],
  ] as const)("%s is %s", (name, hastened) => assert.strictEqual(hastenedFault(name, 1 / 20), hastened))

  it("is itself where nothing is to be hastened", () =>
    assert.strictEqual(hastenedFault("rate-limited-1s", 1), "rate-limited-1s"))
})
