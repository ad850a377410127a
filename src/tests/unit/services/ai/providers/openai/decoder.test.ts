import { describe, expect, it } from "@effect/vitest"
import type * as Response from "effect/ai/Response"
import * as Schema from "effect/Schema"
import { makeDecoder } from "@/services/ai/providers/openai/decoder"
import { doneMarker, type WireEvent } from "@/services/ai/wire/eventStream"
import type { JsonObject } from "@/services/ai/wire/json"
import { decodeAll, reasoningIn, toolCallsIn } from "../../../../../support/decoding"
import { finishIn, textIn } from "../../../../../support/parts"

const decode = (events: ReadonlyArray<WireEvent>, neverSendsFinishReason = false) =>
  decodeAll(makeDecoder({ neverSendsFinishReason })(), events)

const chunk = (delta: object, finish: string | null = null): JsonObject => ({
  id: "chatcmpl-1",
  model: "m-1",
  choices: [{ index: 0, delta, finish_reason: finish }],
})

const usage = (fields: object): WireEvent => ({ id: "chatcmpl-1", model: "m-1", choices: [], usage: fields })
const call = (fields: object): WireEvent => chunk({ tool_calls: [fields] })
const stop = chunk({}, "stop")

describe("the decoder of Chat Completions", () => {
  it("opens a text block, writes its deltas in order, closes it and finishes", () => {
    const { parts, states } = decode([
      chunk({ role: "assistant", content: "" }),
      chunk({ content: "Hel" }),
      chunk({ content: "lo" }),
      stop,
      usage({ prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }),
      doneMarker,
    ])
    expect(parts).toEqual([
      { type: "response-metadata", id: "chatcmpl-1", modelId: "m-1" },
      { type: "text-start", id: "0" },
      { type: "text-delta", id: "0", delta: "Hel" },
      { type: "text-delta", id: "0", delta: "lo" },
      { type: "text-end", id: "0" },
      {
        type: "finish",
        reason: "stop",
        usage: {
          inputTokens: { uncached: 5, total: 5, cacheRead: undefined, cacheWrite: undefined },
          outputTokens: { total: 2, text: 2, reasoning: undefined },
        },
        response: undefined,
      },
    ])
    expect(states).toEqual(["Open", "Open", "Open", "Finishing", "Finishing", "Finished"])
  })

  it.each(["reasoning_content", "reasoning"])(
    "reads reasoning from %s, and closes it before the text",
    (field) => {
      const { parts } = decode([
        chunk({ [field]: "hm" }),
        chunk({ [field]: "m" }),
        chunk({ content: "42" }),
        stop,
      ])
      expect(reasoningIn(parts)).toBe("hmm")
      expect(textIn(parts)).toBe("42")
      expect(parts.map((part) => part.type)).toEqual([
        "response-metadata",
        "reasoning-start",
        "reasoning-delta",
        "reasoning-delta",
        "reasoning-end",
        "text-start",
        "text-delta",
        "text-end",
        "finish",
      ])
    },
  )

  it("joins the arguments of several tool calls, each split over chunks, and hands them on whole", () => {
    const { parts } = decode([
      call({ index: 0, id: "c1", type: "function", function: { name: "weather", arguments: "" } }),
      call({ index: 0, function: { arguments: '{"ci' } }),
      call({ index: 1, id: "c2", type: "function", function: { name: "time", arguments: '{"zo' } }),
      call({ index: 0, function: { arguments: 'ty":"Bern"}' } }),
      call({ index: 1, function: { arguments: 'ne":"CET"}' } }),
      chunk({}, "tool_calls"),
    ])
    expect(toolCallsIn(parts)).toEqual([
      { id: "c1", name: "weather", params: { city: "Bern" } },
      { id: "c2", name: "time", params: { zone: "CET" } },
    ])
    expect(finishIn(parts)?.reason).toBe("tool-calls")
  })

  it("reads several tool calls of one chunk", () => {
    const calls = [
      { index: 0, id: "c1", function: { name: "a", arguments: "{}" } },
      { index: 1, id: "c2", function: { name: "b", arguments: "{}" } },
    ]
    expect(toolCallsIn(decode([chunk({ tool_calls: calls }), chunk({}, "tool_calls")]).parts)).toHaveLength(2)
  })

  it("takes a call without arguments for one with none", () => {
    const { parts } = decode([call({ index: 0, id: "c1", function: { name: "now", arguments: "" } }), stop])
    expect(toolCallsIn(parts)).toEqual([{ id: "c1", name: "now", params: {} }])
  })

  it("keeps apart whole calls that lack the index", () => {
    const { parts } = decode([
      call({ id: "c1", function: { name: "a", arguments: '{"n":1}' } }),
      call({ id: "c2", function: { name: "b", arguments: '{"n":2}' } }),
      chunk({}, "tool_calls"),
    ])
    expect(toolCallsIn(parts).map(({ params }) => params)).toEqual([{ n: 1 }, { n: 2 }])
  })

  it("keeps apart calls of different ids that share the index 0 (ollama/ollama#15457)", () => {
    const { parts } = decode([
      call({ index: 0, id: "c1", function: { name: "a", arguments: '{"n":1}' } }),
      call({ index: 0, id: "c2", function: { name: "b", arguments: '{"n":2}' } }),
      chunk({}, "tool_calls"),
    ])
    expect(toolCallsIn(parts)).toEqual([
      { id: "c1", name: "a", params: { n: 1 } },
      { id: "c2", name: "b", params: { n: 2 } },
    ])
  })

  it("makes no call of what is no object", () => {
    const { parts } = decode([chunk({ tool_calls: [null, 3, "c1", []] }), doneMarker], true)
    expect(toolCallsIn(parts)).toEqual([])
    expect(finishIn(parts)?.reason).toBe("stop")
  })

  it("gives an error part, and no call, when the arguments are not JSON", () => {
    const { parts } = decode([
      call({ index: 0, id: "c1", function: { name: "weather", arguments: '{"city":' } }),
      chunk({}, "tool_calls"),
    ])
    expect(toolCallsIn(parts)).toEqual([])
    expect(parts).toContainEqual(expect.objectContaining({ type: "error" }))
  })

  it("finishes with `length` when the limit cuts a tool call's arguments", () => {
    const { parts } = decode([
      call({ index: 0, id: "c1", function: { name: "weather", arguments: '{"city":' } }),
      chunk({}, "length"),
    ])
    expect(toolCallsIn(parts)).toEqual([])
    expect(parts.filter((part) => part.type === "error")).toEqual([])
    expect(finishIn(parts)?.reason).toBe("length")
  })

  it("keeps the last of two usages, whichever side of the finish they stand", () => {
    const { parts } = decode([
      { ...chunk({ content: "a" }), usage: { prompt_tokens: 5, completion_tokens: 1 } },
      stop,
      usage({ prompt_tokens: 5, completion_tokens: 9 }),
    ])
    expect(finishIn(parts)?.usage.outputTokens.total).toBe(9)
  })

  it("is not misled by a usage that is null", () => {
    const { parts } = decode([
      { ...chunk({ content: "a" }), usage: { prompt_tokens: 5, completion_tokens: 1 } },
      { ...chunk({}, "stop"), usage: null },
    ])
    expect(finishIn(parts)?.usage.outputTokens.total).toBe(1)
  })

  it("says that the usage is unknown when none came", () => {
    expect(finishIn(decode([chunk({ content: "a" }), stop]).parts)?.usage).toEqual({
      inputTokens: { uncached: undefined, total: undefined, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: undefined, text: undefined, reasoning: undefined },
    })
  })

  it("tells cached input and reasoning apart", () => {
    const { parts } = decode([
      stop,
      usage({
        prompt_tokens: 100,
        completion_tokens: 50,
        prompt_tokens_details: { cached_tokens: 80 },
        completion_tokens_details: { reasoning_tokens: 30 },
      }),
    ])
    expect(finishIn(parts)?.usage).toEqual({
      inputTokens: { uncached: 20, total: 100, cacheRead: 80, cacheWrite: undefined },
      outputTokens: { total: 50, text: 20, reasoning: 30 },
    })
  })

  it.each([-1, 0.5, 1e300, Number.MAX_SAFE_INTEGER + 1, "7"])("takes no count of tokens from %s", (count) => {
    const { parts } = decode([stop, usage({ prompt_tokens: count, completion_tokens: count })])
    expect(finishIn(parts)?.usage.inputTokens.total).toBeUndefined()
    expect(finishIn(parts)?.usage.outputTokens.total).toBeUndefined()
  })

  it("counts no part below nothing where the other part is larger than the whole", () => {
    const { parts } = decode([
      stop,
      usage({
        prompt_tokens: 10,
        completion_tokens: 5,
        prompt_tokens_details: { cached_tokens: 80 },
        completion_tokens_details: { reasoning_tokens: 30 },
      }),
    ])
    expect(finishIn(parts)?.usage).toEqual({
      inputTokens: { uncached: 0, total: 10, cacheRead: 80, cacheWrite: undefined },
      outputTokens: { total: 5, text: 0, reasoning: 30 },
    })
  })

  const reasons: ReadonlyArray<readonly [string, Response.FinishReason]> = [
    ["stop", "stop"],
    ["length", "length"],
    ["tool_calls", "tool-calls"],
    ["function_call", "tool-calls"],
    ["content_filter", "content-filter"],
    ["error", "error"],
    // Mistral's enumeration has it for an answer that fills the model's window.
    ["model_length", "length"],
    ["insufficient_system_resource", "unknown"],
    ["something new", "unknown"],
  ]

  it.each(reasons)("reads the finish reason %s as %s", (reason, expected) => {
    expect(finishIn(decode([chunk({ content: "a" }), chunk({}, reason)]).parts)?.reason).toBe(expected)
  })

  it.each(["constructor", "__proto__", "toString"])(
    "does not know the finish reason %s, which every object inherits",
    (reason) => {
      expect(finishIn(decode([chunk({ content: "a" }), chunk({}, reason)]).parts)?.reason).toBe("unknown")
    },
  )

  it("takes an empty finish reason for none (ollama/ollama#4357, sgl-project/sglang#3912)", () => {
    const { parts, states } = decode([chunk({ content: "Hel" }, ""), chunk({ content: "lo" }, ""), stop])
    expect(textIn(parts)).toBe("Hello")
    expect(states).toEqual(["Open", "Open", "Finishing"])
    expect(finishIn(parts)?.reason).toBe("stop")
  })

  it("keeps the text that comes with the finish reason", () => {
    expect(textIn(decode([chunk({ content: "a" }), chunk({ content: "b" }, "stop")]).parts)).toBe("ab")
  })

  it("ignores text after the finish", () => {
    expect(textIn(decode([chunk({ content: "a" }), stop, chunk({ content: "late" })]).parts)).toBe("a")
  })

  it("hands on a refusal as text", () => {
    const { parts } = decode([chunk({ content: null, refusal: "I" }), chunk({ refusal: " can't" }), stop])
    expect(textIn(parts)).toBe("I can't")
  })

  it("has no end without a finish reason, not even at the marker", () => {
    const { parts, states } = decode([chunk({ content: "a" }), doneMarker])
    expect(finishIn(parts)).toBeUndefined()
    expect(states.at(-1)).toBe("Finished")
  })

  it("ignores what follows the marker, be it text or a finish reason", () => {
    const { parts, states } = decode([chunk({ content: "a" }), doneMarker, chunk({ content: "late" }), stop])
    expect(textIn(parts)).toBe("a")
    expect(finishIn(parts)).toBeUndefined()
    expect(states.slice(1)).toEqual(["Finished", "Finished", "Finished"])
  })

  it("takes the bare marker for an end where the endpoint never sends finish reasons", () => {
    expect(finishIn(decode([chunk({ content: "a" }), doneMarker], true).parts)?.reason).toBe("stop")
    const tools: ReadonlyArray<WireEvent> = [
      call({ index: 0, id: "c1", function: { name: "a", arguments: "{}" } }),
      doneMarker,
    ]
    expect(finishIn(decode(tools, true).parts)?.reason).toBe("tool-calls")
    expect(finishIn(decode([chunk({ content: "a" })], true).parts)).toBeUndefined()
  })

  it("keeps a finish reason that came before the marker, even at such an endpoint", () => {
    expect(finishIn(decode([chunk({}, "length"), doneMarker], true).parts)?.reason).toBe("length")
  })

  it("skips events it does not know", () => {
    const { parts } = decode([
      { choices: [], prompt_filter_results: [] },
      { object: "ping" },
      { choices: "odd" },
      { choices: [{ delta: "odd" }] },
      { choices: [{ delta: { content: 7, tool_calls: "odd" } }] },
      { choices: [{ delta: { tool_calls: [null, 3] } }] },
      chunk({ content: "a" }),
      stop,
    ])
    expect(textIn(parts)).toBe("a")
  })

  const value = Schema.Union([Schema.String, Schema.Int, Schema.Null, Schema.Array(Schema.String)])
  const delta = Schema.Struct({
    content: value,
    refusal: value,
    reasoning: value,
    tool_calls: Schema.Union([
      value,
      Schema.Array(
        Schema.Union([
          value,
          Schema.Struct({
            index: value,
            id: value,
            function: Schema.Union([value, Schema.Struct({ name: value, arguments: value })]),
          }),
        ]),
      ),
    ]),
  })

  it.prop(
    "never throws, whatever an endpoint sends",
    {
      events: Schema.Array(
        Schema.Struct({
          id: value,
          usage: Schema.Union([
            value,
            Schema.Struct({ prompt_tokens: value, completion_tokens_details: value }),
          ]),
          choices: Schema.Union([
            value,
            Schema.Array(Schema.Struct({ delta: Schema.Union([value, delta]), finish_reason: value })),
          ]),
        }),
      ),
    },
    ({ events }) => {
      expect(() => decode(events)).not.toThrow()
    },
    { arbitrary: { seed: 5, runs: 300 } },
  )
})
