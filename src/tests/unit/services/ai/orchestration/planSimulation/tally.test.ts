/** The sums of a simulation. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { RunStory } from "@/services/ai/orchestration/planSimulation/runStory"
import { makeTally } from "@/services/ai/orchestration/planSimulation/tally"
import { anthropic, openai, planOf, surveyed } from "../planReport/surveys"

const complete = { _tag: "Complete", target: "openai/gpt-4.1", way: "first-try" } as const

const story = (changes: Partial<RunStory> = {}): RunStory => ({
  outcome: complete,
  firstWord: Duration.seconds(1),
  whole: Duration.seconds(2),
  requests: [{ target: "openai/gpt-4.1", kind: "first", failed: false }],
  passedOver: [],
  usd: 0.5,
  isPriced: true,
  text: "w0 w1",
  ...changes,
})

const tallied = (stories: ReadonlyArray<RunStory>) =>
  Effect.map(surveyed(planOf([openai, anthropic])), (survey) => {
    const tally = makeTally(survey, "w0 w1")
    for (const one of stories) tally.add(one)
    tally.observe({ category: "orchestrator", action: "circuit_opened", label: "openai/gpt-4.1" })
    tally.observe({ category: "orchestrator", action: "target_cooled", label: "openai/gpt-4.1" })
    tally.observe({ category: "orchestrator", action: "attempt_start", label: "openai", value: "gpt-4.1" })
    return tally.sum()
  })

describe("makeTally", () => {
  it.effect("counts the same outcome once, the most frequent first", () =>
    Effect.gen(function* () {
      const { outcomes, runs } = yield* tallied([
        story({ outcome: { _tag: "Failed", reason: "ServerError" } }),
        story(),
        story(),
      ])
      assert.strictEqual(runs, 3)
      assert.deepStrictEqual(outcomes, [
        { outcome: complete, runs: 2 },
        { outcome: { _tag: "Failed", reason: "ServerError" }, runs: 1 },
      ])
    }),
  )

  it.effect("counts requests by kind and target, and what circuits tell", () =>
    Effect.gen(function* () {
      const { targets, mostRequests } = yield* tallied([
        story({
          requests: [
            { target: "openai/gpt-4.1", kind: "first", failed: true },
            { target: "openai/gpt-4.1", kind: "retry", failed: true },
            { target: "anthropic/claude-haiku-5-5", kind: "rescue", failed: false },
          ],
        }),
        story({ passedOver: [1] }),
      ])
      const none = {
        hedges: 0,
        circuitsOpened: 0,
        cooled: 0,
        passedOver: 0,
        retries: 0,
        rescues: 0,
        failed: 0,
      }
      assert.deepStrictEqual(targets, [
        {
          ...none,
          target: "openai/gpt-4.1",
          requests: 3,
          retries: 1,
          failed: 2,
          circuitsOpened: 1,
          cooled: 1,
        },
        { ...none, target: "anthropic/claude-haiku-5-5", requests: 1, rescues: 1, passedOver: 1 },
      ])
      assert.strictEqual(mostRequests, 3)
    }),
  )

  it.effect("spreads the times by nearest rank, of the runs that have one", () =>
    Effect.gen(function* () {
      const stories = Array.from({ length: 20 }, (_, index) =>
        story({ firstWord: Duration.seconds(index + 1), whole: Duration.seconds(60) }),
      )
      const { firstWord: _firstWord, ...wordless } = story({ outcome: { _tag: "RateLimited" } })
      const { firstWord, whole } = yield* tallied([...stories, wordless])
      assert.deepStrictEqual(firstWord, {
        p50: Duration.seconds(10),
        p95: Duration.seconds(19),
        longest: Duration.seconds(20),
      })
      assert.deepStrictEqual(whole.p50, Duration.seconds(60))
    }),
  )

  it.effect("a price that is not known makes the cost a lower bound", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* tallied([story(), story()])).cost, { usd: 1, isComplete: true })
      assert.isFalse((yield* tallied([story(), story({ isPriced: false })])).cost.isComplete)
    }),
  )

  it.effect(
    "a complete answer with another text is spoilt; an incomplete one is not expected to be whole",
    () =>
      Effect.gen(function* () {
        const incomplete = { _tag: "Incomplete", reason: "Cut" } as const
        const { spoilt } = yield* tallied([
          story(),
          story({ text: "w0 w0 w1" }),
          story({ outcome: incomplete, text: "w0" }),
        ])
        assert.strictEqual(spoilt, 1)
      }),
  )
})
