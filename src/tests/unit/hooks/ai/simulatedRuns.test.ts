/** Real runs of the executor, reduced to what the pane shows: the exact text once, and nothing left open. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import { stopAnswer } from "@/hooks/ai/answerReducer"
import type { AnswerView } from "@/hooks/ai/chatState"
import { readOn, unread } from "@/hooks/conversations/recordedAnswer"
import {
  AiPlan,
  AiPlanStep,
  ChatOrchestratorService,
  type ChatRequest,
  type PlanEvent,
} from "@/services/ai/orchestration"
import { ended } from "@/tests/support/runs"
import { makeWorld } from "@/tests/support/world"

const question = "Why is the sky blue?"

/** What each simulated model does before anything else: `cuts` and `stalls` end after some words, refusals before. */
const models = [
  "instant",
  "steady",
  "cuts-after-0+instant",
  "cuts-after-1+instant",
  "cuts-after-7",
  "stalls-after-5",
  "silent",
  "empty",
  "rate-limited",
  "rate-limited-1s",
  "rate-limited-9s",
  "overloaded",
  "server-error",
  "unreachable",
  "bad-key",
  "out-of-quota",
  "context-too-long",
  "refuses",
  "no-such-model",
  "slow-start-3s",
  "slow-start-30s",
] as const

const requestOf = (chosen: readonly [string, ...ReadonlyArray<string>], attempts: number): ChatRequest => {
  const stepOf = (model: string) =>
    model === "openai"
      ? AiPlanStep.make({ provider: "openai" })
      : AiPlanStep.make({ provider: "simulator", model, attempts })
  const [first, ...rest] = chosen
  return {
    messages: [{ role: "user", content: question }],
    preferredProvider: { key: "simulator" },
    plan: AiPlan.make({ name: "random", steps: [stepOf(first), ...rest.map(stepOf)] }),
  }
}

/** All events of a run, under a clock that goes on until it has ended. */
const eventsOf = (request: ChatRequest) =>
  Effect.gen(function* () {
    const { runPlan } = yield* ChatOrchestratorService
    return yield* ended(yield* Effect.forkChild(Stream.runCollect(runPlan(request))))
  })

/** The answer as the chat shows it, when the events come in batches of this size. */
const shown = (events: ReadonlyArray<PlanEvent>, batch: number): AnswerView => {
  const blank = unread("answer-0", { preferredProvider: { key: "simulator" }, startedAt: 0 })
  const batches = Array.from({ length: Math.ceil(events.length / batch) }, (_, index) =>
    events.slice(index * batch, (index + 1) * batch),
  )
  return batches.reduce((read, some) => readOn(read, some, blank), blank).view
}

const openRows = ({ timeline }: AnswerView) =>
  timeline.filter(
    (row) => row.kind === "attempt" && (row.outcome.state === "asking" || row.outcome.state === "answering"),
  )

const { layer } = makeWorld({}, {})

/** Words of an answer with the white space before them, as the simulator sends them. */
const wordsOf = (text: string): ReadonlyArray<string> => text.match(/\s*\S+|\s+$/g) ?? []

/** How many words each attempt wrote that began and was cut. */
const wordsUntilCut = ({ timeline }: AnswerView): ReadonlyArray<number> =>
  timeline
    .flatMap((row) =>
      row.kind === "attempt" && row.outcome.state === "failed" && row.outcome.begun ? [row.target.model] : [],
    )
    .map((model) => Number(/(?:cuts|stalls)-after-(\d+)/.exec(model)?.[1]))

const check = (request: ChatRequest, fullText: string) =>
  Effect.gen(function* () {
    const events = yield* eventsOf(request)
    const answer = shown(events, 1)
    const told = request.plan?.steps.map(({ model }) => model).join(", ")

    assert.deepStrictEqual(openRows(answer), [], told)
    assert.notStrictEqual(answer.status.state, "running", told)
    const last = events.at(-1)
    if (last?.type === "plan-completed") {
      const empty = last.attempts.every(({ emitted }) => emitted === 0)
      assert.strictEqual(answer.text, empty ? "" : fullText, told)
    } else if (answer.status.state === "failed" && answer.status.partial) {
      const [first = 0, ...others] = wordsUntilCut(answer)
      const count = wordsOf(answer.text).length
      assert.strictEqual(answer.text, wordsOf(fullText).slice(0, count).join(""), told)
      // What a rescuer wrote last is not shown when it breaks off before it is known not to repeat anything.
      assert.isAtLeast(count, first, told)
      assert.isAtMost(count, first + others.reduce((sum, more) => sum + more, 0), told)
      assert.notStrictEqual(answer.text, "", told)
    } else assert.strictEqual(answer.text, "", told)

    const attempts = answer.timeline.flatMap((row) => (row.kind === "attempt" ? [row.attempt] : []))
    assert.deepStrictEqual(
      attempts,
      attempts.map((_, index) => index + 1),
      told,
    )
    const starts = answer.timeline.flatMap((row) => (row.kind === "attempt" ? [row.startedAt] : []))
    assert.deepStrictEqual(
      starts,
      starts.toSorted((left, right) => left - right),
      told,
    )
    const firstUnused = answer.timeline.findIndex(({ kind }) => kind === "not-needed")
    const tail = firstUnused === -1 ? [] : answer.timeline.slice(firstUnused)
    assert.isTrue(
      tail.every(({ kind }) => kind === "not-needed"),
      told,
    )
    assert.deepStrictEqual(shown(events, 3), answer, told)
    assert.deepStrictEqual(shown(events, events.length), answer, told)

    for (const until of events.keys()) {
      const stopped = stopAnswer(shown(events.slice(0, until + 1), 1000), 1)
      assert.deepStrictEqual(openRows(stopped), [], told)
    }
  })

const fullTextOf = Effect.gen(function* () {
  const { generateConversationResponse } = yield* ChatOrchestratorService
  return yield* generateConversationResponse({
    messages: [{ role: "user", content: question }],
    preferredProvider: { key: "simulator", modelName: "instant" },
  })
})

describe("a run of the simulator, as the pane shows it", () => {
  it.layer(layer)((it) => {
    it.effect.each(models)("%s alone", (model) =>
      Effect.flatMap(fullTextOf, (fullText) => check(requestOf([model], 3), fullText)),
    )

    it.effect.each([1, 2, 3, 4, 5, 6, 7, 8])("plans of several steps, drawn with seed %d", (seed) =>
      Effect.gen(function* () {
        const fullText = yield* fullTextOf
        const draw = Effect.map(
          Random.nextIntBetween(0, models.length + 1),
          (index) => models[index] ?? "openai",
        )
        for (let plan = 0; plan < 12; plan += 1) {
          const more = yield* Effect.forEach(
            Array.from({ length: yield* Random.nextIntBetween(1, 4) }),
            () => draw,
          )
          yield* check(requestOf([yield* draw, ...more], yield* Random.nextIntBetween(1, 3)), fullText)
        }
      }).pipe(Random.withSeed(seed)),
    )
  })
})

// The layer needs nothing: no socket, no file.
layer satisfies Layer.Layer<ChatOrchestratorService>
