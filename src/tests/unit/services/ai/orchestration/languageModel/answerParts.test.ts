import { assert, describe, it } from "@effect/vitest"
import type { PlanEventBody } from "@/services/ai/orchestration/PlanEvent"
import { makePartWriter, wholeAnswer } from "@/services/ai/orchestration/languageModel/answerParts"
import { planMetadataOf } from "@/services/ai/orchestration/languageModel/PlanMetadata"
import {
  answerDiscarded,
  answerResumed,
  answerStarted,
  anthropic,
  attemptFailed,
  attemptStarted,
  completed,
  costs,
  cut,
  eventsOf,
  openai,
  planStarted,
  record,
  reported,
  retryScheduled,
  switched,
  text,
} from "@/tests/support/planEvents"

const reasoning = (words: string): PlanEventBody => ({ type: "reasoning-delta", text: words })
const toolCall: PlanEventBody = { type: "tool-call", id: "c1", name: "weather", params: { city: "Bern" } }

const streamed = (bodies: ReadonlyArray<PlanEventBody>) => eventsOf(bodies).flatMap(makePartWriter())
const whole = (bodies: ReadonlyArray<PlanEventBody>) => wholeAnswer(eventsOf(bodies))
const typesOf = (parts: ReadonlyArray<{ readonly type: string }>) => parts.map(({ type }) => type)

const simple = [planStarted(), attemptStarted(1, openai), answerStarted(1, openai)]

/** Broken off after "Once", and finished by another target. */
const resumed = [
  ...simple,
  text("Once"),
  attemptFailed(1, openai, { error: cut, emitted: 4 }),
  switched(openai, anthropic),
  attemptStarted(2, anthropic, 1, "rescue"),
  answerResumed(2, anthropic),
  text(" upon"),
  completed(anthropic, record(1, openai, { error: cut }), record(2, anthropic)),
]

describe("the events of a run as parts of a stream", () => {
  it("open and close a block around text and around reasoning", () => {
    assert.deepStrictEqual(
      streamed([...simple, reasoning("Hm."), text("Once "), text("upon"), completed(openai)]).filter(
        ({ type }) => type !== "response-metadata" && type !== "finish",
      ),
      [
        { type: "reasoning-start", id: "0" },
        { type: "reasoning-delta", id: "0", delta: "Hm." },
        { type: "reasoning-end", id: "0" },
        { type: "text-start", id: "1" },
        { type: "text-delta", id: "1", delta: "Once " },
        { type: "text-delta", id: "1", delta: "upon" },
        { type: "text-end", id: "1" },
      ],
    )
  })

  it("hand a tool call on whole, after the text before it", () => {
    assert.deepStrictEqual(streamed([...simple, text("Let me look."), toolCall]).slice(3), [
      { type: "text-end", id: "0" },
      { type: "tool-params-start", id: "c1", name: "weather" },
      { type: "tool-params-delta", id: "c1", delta: '{"city":"Bern"}' },
      { type: "tool-params-end", id: "c1" },
      { type: "tool-call", id: "c1", name: "weather", params: { city: "Bern" } },
    ])
  })

  it("say who answers, under the name of the run, before the first word", () => {
    assert.deepStrictEqual(streamed([...simple, text("Once")])[0], {
      type: "response-metadata",
      id: "run-1",
      modelId: "gpt-5.4",
      timestamp: "1970-01-01T00:16:40.020Z",
      metadata: { commander: { provider: "openai" } },
    })
  })

  it("go on in the same block when another target takes over, and say who", () => {
    const parts = streamed(resumed)
    assert.deepStrictEqual(typesOf(parts), [
      "response-metadata",
      "text-start",
      "text-delta",
      "response-metadata",
      "text-delta",
      "text-end",
      "finish",
    ])
    assert.deepStrictEqual(
      parts.flatMap((part) => (part.type === "response-metadata" ? [part.modelId] : [])),
      ["gpt-5.4", "claude-haiku-5-5"],
    )
  })

  it("end with the tokens of the answer, and with what the run tried and cost", () => {
    const cachedUsage = { ...reported(5), inputTokens: 10, cachedInputTokens: 4 }
    const parts = streamed([
      ...simple,
      text("Once"),
      completed(
        openai,
        record(1, openai, { error: cut, cost: costs(0.001) }),
        record(2, openai, { usage: cachedUsage, cost: { source: "unknown" } }),
      ),
    ])
    assert.deepStrictEqual(parts.at(-1), {
      type: "finish",
      reason: "stop",
      usage: {
        inputTokens: { uncached: 6, total: 10, cacheRead: 4, cacheWrite: undefined },
        outputTokens: { total: 5, text: undefined, reasoning: undefined },
      },
      response: undefined,
      metadata: {
        commander: {
          runId: "run-1",
          provider: "openai",
          model: "gpt-5.4",
          attempts: [
            {
              provider: "openai",
              model: "gpt-5.4",
              durationMillis: 40,
              firstPartMillis: 7,
              usd: 0.001,
              error: { reason: "Cut", message: "openai: the connection broke" },
            },
            {
              provider: "openai",
              model: "gpt-5.4",
              durationMillis: 40,
              firstPartMillis: 7,
              usd: null,
              error: null,
            },
          ],
          totals: { inputTokens: 13, outputTokens: 10, usd: 0.001, isComplete: false },
        },
      },
    })
  })

  it("leave out what is no part of an answer", () => {
    assert.deepStrictEqual(
      streamed([
        planStarted(),
        attemptStarted(1, openai),
        attemptFailed(1, openai),
        retryScheduled(openai, 10),
      ]),
      [],
    )
  })
})

describe("the events of a run as a whole answer", () => {
  it("join neighbouring text, and keep the order of its parts", () => {
    assert.deepStrictEqual(
      whole([
        ...simple,
        reasoning("H"),
        reasoning("m."),
        text("Let "),
        text("me"),
        toolCall,
        completed(openai),
      ]).slice(1, -1),
      [
        { type: "reasoning", text: "Hm." },
        { type: "text", text: "Let me" },
        { type: "tool-call", id: "c1", name: "weather", params: { city: "Bern" } },
      ],
    )
  })

  it("are named after the target that wrote the end", () => {
    const parts = whole(resumed)
    assert.deepStrictEqual(typesOf(parts), ["response-metadata", "text", "finish"])
    assert.deepInclude(parts[0], { modelId: "claude-haiku-5-5", id: "run-1" })
    assert.deepInclude(parts[1], { text: "Once upon" })
  })

  it("are without what was taken back", () => {
    const parts = whole([
      ...simple,
      reasoning("Hm."),
      text("Once"),
      answerDiscarded(2, anthropic),
      answerStarted(2, anthropic),
      text("A new beginning."),
      completed(anthropic),
    ])
    assert.deepStrictEqual(parts.slice(1, -1), [{ type: "text", text: "A new beginning." }])
    assert.deepInclude(parts[0], { modelId: "claude-haiku-5-5" })
  })
})

describe("what an answer says of its run", () => {
  it("can be read out of a stream and out of a whole answer", () => {
    for (const parts of [streamed(resumed), whole(resumed)]) {
      const metadata = planMetadataOf(parts)
      assert.deepInclude(metadata, { runId: "run-1", provider: "anthropic", model: "claude-haiku-5-5" })
      assert.deepStrictEqual(
        metadata?.attempts.map(({ error }) => error?.reason),
        ["Cut", undefined],
      )
    }
  })

  it("is nothing where no plan gave the answer", () => {
    assert.isUndefined(planMetadataOf([]))
    assert.isUndefined(planMetadataOf([{ type: "finish", metadata: { commander: { runId: 1 } } }]))
    assert.isUndefined(planMetadataOf([{ type: "text", metadata: streamed(resumed).at(-1)?.metadata }]))
  })
})
