/** The two shapes of an answer, from the same events. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import { errorEvent, makeChunkWriter } from "@/server/gateway/chunks"
import { runHeadersOf } from "@/server/gateway/progress"
import { makeCollector } from "@/server/gateway/wholeAnswer"
import * as Json from "@/services/ai/wire/json"
import type { PlanEventBody } from "@/services/ai/orchestration/PlanEvent"
import {
  anthropic,
  answerStarted,
  attemptFailed,
  attemptStarted,
  completed,
  eventsOf,
  failed,
  openai,
  overloaded,
  planStarted,
  record,
  text,
} from "@/tests/support/planEvents"

const answer = { runId: "run_1", created: 1_795_530_000 }
const begun = [planStarted(openai), attemptStarted(1, openai), answerStarted(1, openai)]
const plain = [
  ...begun,
  text("The sky"),
  text(" is blue."),
  completed(openai, record(1, openai, { usage: { source: "reported", inputTokens: 3, outputTokens: 5 } })),
]

const thought = (words: string): PlanEventBody => ({ type: "reasoning-delta", text: words })

const resumed: ReadonlyArray<PlanEventBody> = [
  ...begun,
  text("The sky"),
  attemptFailed(1, openai, { emitted: 7 }),
  attemptStarted(2, anthropic, 1),
  {
    type: "answer-resumed",
    attempt: 2,
    target: anthropic,
    mode: "instruction",
    timeToFirstPart: Duration.millis(7),
  },
  text(" is blue."),
  completed(
    anthropic,
    record(1, openai, {
      error: overloaded,
      emitted: 7,
      usage: { source: "estimated", inputTokens: 10, outputTokens: 2 },
    }),
    record(2, anthropic, {
      rescue: "instruction",
      usage: { source: "reported", inputTokens: 20, cachedInputTokens: 8, outputTokens: 3 },
    }),
  ),
]

const write = (bodies: ReadonlyArray<PlanEventBody>, includeUsage = false) => {
  const writer = makeChunkWriter({ ...answer, includeUsage })
  const spoken = eventsOf(bodies).map(writer.push).join("")
  return { writer, spoken, wire: spoken + Result.getOrElse(writer.ending(), errorEvent) }
}

/** The data of every event; the end marker is not JSON. */
const dataOf = (wire: string): ReadonlyArray<unknown> =>
  wire
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => {
      assert.isTrue(event.startsWith("data: "), event)
      const data = event.slice("data: ".length)
      return data === "[DONE]" ? data : Json.parse(data)
    })

const choice = (delta: object, reason: string | null = null) => [
  { index: 0, delta, logprobs: null, finish_reason: reason },
]
const head = (model = "openai/gpt-5.4") => ({
  id: "chatcmpl-run_1",
  object: "chat.completion.chunk",
  created: 1_795_530_000,
  model,
})

describe("a streamed answer", () => {
  it("is a role, the text as it came, a finish reason with what was done, and the end marker", () => {
    assert.deepStrictEqual(dataOf(write(plain).wire), [
      { ...head(), choices: choice({ role: "assistant", content: "", refusal: null }) },
      { ...head(), choices: choice({ content: "The sky" }) },
      { ...head(), choices: choice({ content: " is blue." }) },
      {
        ...head(),
        choices: choice({}, "stop"),
        commander: { model: "openai/gpt-5.4", attempts: 1, resumed: false, usage: "reported" },
      },
      "[DONE]",
    ])
  })

  it("has the usage in a chunk of its own when it is asked for, and null in the others", () => {
    const chunks = dataOf(write(resumed, true).wire)
    assert.strictEqual(chunks.at(-1), "[DONE]")
    assert.deepStrictEqual(chunks.at(-2), {
      ...head("anthropic/claude-haiku-5-5"),
      choices: [],
      usage: {
        prompt_tokens: 30,
        completion_tokens: 5,
        total_tokens: 35,
        prompt_tokens_details: { cached_tokens: 8 },
      },
    })
    assert.deepStrictEqual(
      chunks.slice(0, -2).map((chunk) => Json.asObject(chunk)?.["usage"]),
      chunks.slice(0, -2).map(() => null),
    )
  })

  it("names in every chunk who wrote it, and says at its end that it was continued", () => {
    const chunks = dataOf(write(resumed).wire)
    assert.deepStrictEqual(
      chunks.slice(0, -1).map((chunk) => Json.asObject(chunk)?.["model"]),
      ["openai/gpt-5.4", "openai/gpt-5.4", "anthropic/claude-haiku-5-5", "anthropic/claude-haiku-5-5"],
    )
    assert.deepStrictEqual(Json.asObject(chunks.at(-2))?.["commander"], {
      model: "anthropic/claude-haiku-5-5",
      attempts: 2,
      resumed: true,
      usage: "estimated",
    })
  })

  it("ends with an error and without the end marker when it broke off", () => {
    const { wire } = write([...begun, text("The sky"), failed(overloaded, true)], true)
    assert.notInclude(wire, "[DONE]")
    assert.deepStrictEqual(dataOf(wire).at(-1), {
      error: {
        message: overloaded.message,
        type: "server_error",
        param: null,
        code: "upstream_unavailable",
      },
    })
  })

  it("writes nothing before it begins; what ended the run before that is kept for the status", () => {
    const { spoken, writer } = write([planStarted(openai), attemptStarted(1, openai), failed(overloaded)])
    assert.strictEqual(spoken, "")
    assert.strictEqual(Result.getOrThrow(Result.flip(writer.ending())).status, 503)
    assert.deepStrictEqual(writer.progress(), { attempts: 1, target: undefined, resumed: false })
  })

  it("without a word is a role and an end", () => {
    const chunks = dataOf(write([planStarted(openai), attemptStarted(1, openai), completed(openai)]).wire)
    assert.deepStrictEqual(
      chunks.map((chunk) => Json.asObject(Json.asArray(Json.asObject(chunk)?.["choices"])[0])?.["delta"]),
      [{ role: "assistant", content: "", refusal: null }, {}, undefined],
    )
  })

  it("of a run that never said how it ends has no end marker", () => {
    const { wire } = write([...begun, text("The sky")])
    assert.notInclude(wire, "[DONE]")
    assert.property(dataOf(wire).at(-1), "error")
  })

  it("keeps any text whole: line ends, quotes, halves of pairs", () => {
    const words = ['a\n\ndata: [DONE]\n\n"', "\u2028\u0000\\", "\ud83d", "\ude00"]
    const chunks = dataOf(write([...begun, ...words.map(text)]).wire)
    assert.deepStrictEqual(
      chunks.slice(1, -1).map((chunk) => Json.asObject(chunk)?.["choices"]),
      words.map((content) => choice({ content })),
    )
  })

  it("shows thoughts beside the text", () => {
    const chunks = dataOf(write([...begun, thought("Hm."), text("Yes.")]).wire)
    assert.deepStrictEqual(Json.asObject(chunks[1])?.["choices"], choice({ reasoning_content: "Hm." }))
  })
})

const collect = (bodies: ReadonlyArray<PlanEventBody>) => {
  const collector = makeCollector(answer)
  for (const event of eventsOf(bodies)) collector.push(event)
  return collector
}

const whole = (bodies: ReadonlyArray<PlanEventBody>) =>
  Json.asObject(Result.getOrThrow(collect(bodies).result()))

describe("a whole answer", () => {
  it("is the text, its reason to end, its usage and what was done", () => {
    assert.deepStrictEqual(whole(plain), {
      id: "chatcmpl-run_1",
      object: "chat.completion",
      created: 1_795_530_000,
      model: "openai/gpt-5.4",
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: "The sky is blue.", refusal: null },
          logprobs: null,
          finish_reason: "stop",
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
      commander: { model: "openai/gpt-5.4", attempts: 1, resumed: false, usage: "reported" },
    })
  })

  it("has no usage where a count is not known: a part would pass for the whole", () => {
    const silent = record(1, openai, { usage: { source: "unknown", outputTokens: 5 } })
    const body = whole([...begun, text("Yes."), completed(openai, silent)])
    assert.notProperty(body, "usage")
    assert.deepInclude(body?.["commander"], { usage: "unknown" })
    const streamed = dataOf(write([...begun, text("Yes."), completed(openai, silent)], true).wire)
    assert.deepInclude(Json.asObject(streamed.at(-2))?.["commander"], { usage: "unknown" })
  })

  it("counts the tokens of everyone who wrote a part of it, and of nobody else", () => {
    const answered = record(2, anthropic, {
      usage: { source: "reported", inputTokens: 20, outputTokens: 3 },
    })
    const refused = record(1, openai, {
      error: overloaded,
      emitted: 0,
      usage: { source: "estimated", inputTokens: 10, outputTokens: 0 },
    })
    assert.deepStrictEqual(
      whole([...begun, text("Yes."), completed(anthropic, refused, answered)])?.["usage"],
      {
        prompt_tokens: 20,
        completion_tokens: 3,
        total_tokens: 23,
      },
    )
    assert.deepInclude(whole(resumed)?.["usage"], { prompt_tokens: 30, completion_tokens: 5 })
  })

  it("has the thoughts beside the text where there are any", () => {
    const choices = whole([...begun, thought("Hm"), thought("."), text("Yes."), completed(openai)])?.[
      "choices"
    ]
    assert.deepInclude(Json.asObject(Json.asArray(choices)[0])?.["message"], {
      content: "Yes.",
      reasoning_content: "Hm.",
    })
  })

  it.each([
    ["stop", "stop"],
    ["length", "length"],
    ["tool-calls", "tool_calls"],
    ["content-filter", "content_filter"],
    ["unknown", "length"],
  ] as const)("that ended with %s says %s", (finishReason, said) => {
    const ended = completed(openai)
    if (ended.type !== "plan-completed") return assert.fail()
    const choices = whole([...begun, { ...ended, finishReason }])?.["choices"]
    assert.strictEqual(Json.asObject(Json.asArray(choices)[0])?.["finish_reason"], said)
  })

  it("that broke off is an error, however much of it there was", () => {
    const result = collect([...begun, text("The sky"), failed(overloaded, true)]).result()
    assert.strictEqual(Result.getOrThrow(Result.flip(result)).status, 503)
  })

  it("of a run that never said how it ends is an error", () => {
    assert.isTrue(Result.isFailure(collect([...begun, text("The sky")]).result()))
  })
})

describe("the headers of an answer", () => {
  it("name the run, how many requests it took, and who serves it", () => {
    assert.deepStrictEqual(runHeadersOf("run_1", collect(resumed).progress()), {
      "x-commander-run-id": "run_1",
      "x-commander-attempts": "2",
      "x-commander-model": "anthropic/claude-haiku-5-5",
    })
  })

  it("hold no character that a header cannot", () => {
    const target = { provider: "ollama", model: "größe\r\nx: 1" }
    const headers = runHeadersOf("run_1", { attempts: 1, target, resumed: false })
    assert.strictEqual(headers["x-commander-model"], "ollama/gr%C3%B6%C3%9Fe%0D%0Ax:%201")
  })

  it.each([
    ["a character of two units", "\u{1f600}", "%F0%9F%98%80"],
    ["half a character", "\ud83d", "%EF%BF%BD"],
  ])("hold a model's name with %s", (_, model, written) => {
    const target = { provider: "ollama", model }
    const headers = runHeadersOf("run_1", { attempts: 1, target, resumed: false })
    assert.strictEqual(headers["x-commander-model"], `ollama/${written}`)
  })
})
