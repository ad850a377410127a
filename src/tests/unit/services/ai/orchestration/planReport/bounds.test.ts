/** The most that a run can take, for plans whose figures can be worked out by hand. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { AiPlan } from "@/services/ai/orchestration/AiPlan"
import { boundsOf } from "@/services/ai/orchestration/planReport/bounds"
import { countedSteps } from "@/services/ai/orchestration/planReport/survey"
import { ollama, openai, planOf, surveyed } from "./surveys"

const seconds = Duration.seconds
const size = { inputTokens: 1_000, outputTokens: 500 }
const boundsFor = (plan: AiPlan) =>
  Effect.map(surveyed(plan), (survey) => boundsOf(plan, countedSteps(survey), size))

/** Begins within 10 s, as `openai` does. $3 and $15 a million. */
const sonnet = { provider: "anthropic", model: "claude-sonnet-4-6" }

describe("requests", () => {
  it.effect.each([
    {
      fact: "one attempt, one more for a pause, one to finish a cut answer",
      plan: planOf([openai]),
      requests: { answering: 2, inAll: 3, isLimited: false },
    },
    {
      fact: "no cut answer is finished under fail",
      plan: planOf([openai], { onPartial: "fail" }),
      requests: { answering: 2, inAll: 2, isLimited: false },
    },
    {
      fact: "a target that takes a prefill may refuse it, and is asked in words",
      plan: planOf([ollama]),
      requests: { answering: 2, inAll: 4, isLimited: false },
    },
    {
      fact: "nobody refuses a prefill under restart",
      plan: planOf([ollama], { onPartial: "restart" }),
      requests: { answering: 2, inAll: 3, isLimited: false },
    },
    {
      fact: "never more than the plan's limit",
      plan: planOf([{ ...openai, attempts: 3 }, sonnet, ollama]),
      requests: { answering: 6, inAll: 6, isLimited: true },
    },
  ])("$fact", ({ plan, requests }) =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* boundsFor(plan)).requests, requests)
    }),
  )
})

describe("the first word", () => {
  it.effect("comes within the deadline, whatever is asked for", () =>
    Effect.gen(function* () {
      const { firstWord } = yield* boundsFor(planOf([{ ...openai, attempts: 3 }, sonnet]))
      assert.deepStrictEqual(firstWord.most, seconds(120))
      assert.deepStrictEqual(firstWord.allSilent, seconds(20))
      // 100 ms and 200 ms, each 20 % longer.
      assert.deepStrictEqual(firstWord.allRefusing, Duration.millis(360))
    }),
  )

  it.effect("comes within the first part's limit when there is only one request", () =>
    Effect.gen(function* () {
      const { firstWord } = yield* boundsFor(planOf([openai], { maxAttempts: 1 }))
      assert.deepStrictEqual(firstWord.most, seconds(10))
    }),
  )

  it.effect("comes within the longest duration where that is less", () =>
    Effect.gen(function* () {
      const bounds = yield* boundsFor(planOf([openai, sonnet], { maxDuration: seconds(15) }))
      assert.deepStrictEqual(bounds.firstWord.most, seconds(15))
      assert.deepStrictEqual(bounds.inAll, seconds(15))
    }),
  )

  it.effect("of a hedge overlaps the wait for the first target", () =>
    Effect.gen(function* () {
      const hedged = planOf([{ ...openai, hedge: { after: seconds(2) } }, sonnet])
      assert.deepStrictEqual((yield* boundsFor(hedged)).firstWord.allSilent, seconds(12))
    }),
  )

  it.effect("does not count a backoff that is not waited for", () =>
    Effect.gen(function* () {
      const slow = { ...openai, attempts: 3, backoff: { base: seconds(4), max: seconds(8) } }
      assert.deepStrictEqual((yield* boundsFor(planOf([slow, sonnet]))).firstWord.allRefusing, Duration.zero)
      assert.deepStrictEqual((yield* boundsFor(planOf([sonnet, slow]))).firstWord.allRefusing, seconds(12.8))
    }),
  )
})

describe("the whole answer", () => {
  it.effect("has no limit but the plan's own", () =>
    Effect.gen(function* () {
      assert.isUndefined((yield* boundsFor(planOf([openai, sonnet]))).inAll)
    }),
  )
})

describe("the cost", () => {
  // gpt-4.1: $2 and $8 a million; 1,000 in and 500 out are $0.006, with 500 more in, to finish, $0.007.
  it.effect("is that of the dearest requests, those that finish a cut answer with its text", () =>
    Effect.gen(function* () {
      const { cost } = yield* boundsFor(planOf([openai]))
      assert.closeTo(cost.usd, 0.006 + 0.006 + 0.007, 1e-9)
      assert.deepStrictEqual([cost.requests, cost.unknown], [3, []])
    }),
  )

  it.effect("of a limited number of requests takes the dearest", () =>
    Effect.gen(function* () {
      const { cost } = yield* boundsFor(planOf([openai, sonnet], { maxAttempts: 2 }))
      // $0.012 to finish by sonnet, $0.0105 to answer.
      assert.closeTo(cost.usd, 0.012 + 0.0105, 1e-9)
    }),
  )

  it.effect("names the targets whose price is not known, and leaves them out", () =>
    Effect.gen(function* () {
      const plan = planOf([openai, { provider: "openai", model: "gpt-9-mega" }], { onPartial: "fail" })
      const { cost } = yield* boundsFor(plan)
      assert.deepStrictEqual(cost.unknown, ["openai/gpt-9-mega"])
      assert.closeTo(cost.usd, 0.006, 1e-9)
    }),
  )
})
