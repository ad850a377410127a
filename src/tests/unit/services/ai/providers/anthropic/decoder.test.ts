import { describe, expect, it } from "@effect/vitest"
import type * as Response from "effect/ai/Response"
import * as Schema from "effect/Schema"
import { makeDecoder } from "@/services/ai/providers/anthropic/decoder"
import { doneMarker, type WireEvent } from "@/services/ai/wire/eventStream"
import { decodeAll, reasoningIn, toolCallsIn } from "../../../../../support/decoding"
import { finishIn, textIn } from "../../../../../support/parts"

const decode = (events: ReadonlyArray<WireEvent>) => decodeAll(makeDecoder(), events)

const start = (usage: object = { input_tokens: 5, output_tokens: 1 }): WireEvent => ({
  type: "message_start",
  message: {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "m-1",
    content: [],
    stop_reason: null,
    usage,
  },
})
const blockStart = (index: number, block: object): WireEvent => ({
  type: "content_block_start",
  index,
  content_block: block,
})
const delta = (index: number, fields: object): WireEvent => ({
  type: "content_block_delta",
  index,
  delta: fields,
})
const text = (value: string): WireEvent => delta(0, { type: "text_delta", text: value })
const blockStop = (index: number): WireEvent => ({ type: "content_block_stop", index })
const end = (reason: string | null, usage: object = { output_tokens: 9 }): WireEvent => ({
  type: "message_delta",
  delta: { stop_reason: reason, stop_sequence: null },
  usage,
})
const stop: WireEvent = { type: "message_stop" }
const textBlock = blockStart(0, { type: "text", text: "" })

describe("the decoder of Messages", () => {
  it("opens a text block, writes its deltas in order, closes it and finishes", () => {
    const { parts, states } = decode([
      start(),
      textBlock,
      { type: "ping" },
      text("Hel"),
      text("lo"),
      blockStop(0),
      end("end_turn"),
      stop,
    ])
    expect(parts).toEqual([
      { type: "response-metadata", id: "msg_1", modelId: "m-1" },
      { type: "text-start", id: "0" },
      { type: "text-delta", id: "0", delta: "Hel" },
      { type: "text-delta", id: "0", delta: "lo" },
      { type: "text-end", id: "0" },
      {
        type: "finish",
        reason: "stop",
        usage: {
          inputTokens: { uncached: 5, total: 5, cacheRead: undefined, cacheWrite: undefined },
          outputTokens: { total: 9, text: undefined, reasoning: undefined },
        },
        response: undefined,
      },
    ])
    expect(states.slice(-2)).toEqual(["Finishing", "Finished"])
  })

  it("keeps the text that a block starts with", () => {
    expect(
      textIn(
        decode([start(), blockStart(0, { type: "text", text: "He" }), text("y"), end("end_turn"), stop])
          .parts,
      ),
    ).toBe("Hey")
  })

  it("reads thinking, and closes it before the text", () => {
    const { parts } = decode([
      start(),
      blockStart(0, { type: "thinking", thinking: "" }),
      delta(0, { type: "thinking_delta", thinking: "hm" }),
      delta(0, { type: "signature_delta", signature: "c2ln" }),
      blockStop(0),
      blockStart(1, { type: "text", text: "" }),
      delta(1, { type: "text_delta", text: "42" }),
      blockStop(1),
      end("end_turn"),
      stop,
    ])
    expect(reasoningIn(parts)).toBe("hm")
    expect(textIn(parts)).toBe("42")
    expect(parts.findIndex((part) => part.type === "reasoning-end")).toBeLessThan(
      parts.findIndex((part) => part.type === "text-start"),
    )
  })

  it("joins the arguments of several tool calls, and hands them on whole", () => {
    const { parts } = decode([
      start(),
      textBlock,
      text("Let me look."),
      blockStop(0),
      blockStart(1, { type: "tool_use", id: "t1", name: "weather", input: {} }),
      delta(1, { type: "input_json_delta", partial_json: "" }),
      delta(1, { type: "input_json_delta", partial_json: '{"ci' }),
      delta(1, { type: "input_json_delta", partial_json: 'ty":"Bern"}' }),
      blockStop(1),
      blockStart(2, { type: "tool_use", id: "t2", name: "now", input: {} }),
      blockStop(2),
      end("tool_use"),
      stop,
    ])
    expect(textIn(parts)).toBe("Let me look.")
    expect(toolCallsIn(parts)).toEqual([
      { id: "t1", name: "weather", params: { city: "Bern" } },
      { id: "t2", name: "now", params: {} },
    ])
    expect(finishIn(parts)?.reason).toBe("tool-calls")
  })

  it("finishes with `length` when the limit cuts a tool call's arguments", () => {
    const { parts } = decode([
      start(),
      blockStart(0, { type: "tool_use", id: "t1", name: "weather", input: {} }),
      delta(0, { type: "input_json_delta", partial_json: '{"city":' }),
      end("max_tokens"),
      stop,
    ])
    expect(toolCallsIn(parts)).toEqual([])
    expect(parts.filter((part) => part.type === "error")).toEqual([])
    expect(finishIn(parts)?.reason).toBe("length")
  })

  it("ignores the calls of the provider's own tools", () => {
    const { parts } = decode([
      start(),
      blockStart(0, { type: "server_tool_use", id: "s1", name: "web_search", input: {} }),
      delta(0, { type: "input_json_delta", partial_json: '{"q":1}' }),
      blockStop(0),
      end("end_turn"),
      stop,
    ])
    expect(toolCallsIn(parts)).toEqual([])
  })

  const reasons: ReadonlyArray<readonly [string, Response.FinishReason]> = [
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["tool_use", "tool-calls"],
    ["refusal", "content-filter"],
    ["pause_turn", "pause"],
    ["something new", "unknown"],
  ]

  it.each(reasons)("reads the stop reason %s as %s", (reason, expected) => {
    expect(finishIn(decode([start(), text("a"), end(reason), stop]).parts)?.reason).toBe(expected)
  })

  it.each(["constructor", "__proto__", "toString"])(
    "does not know the stop reason %s, which every object inherits",
    (reason) => {
      expect(finishIn(decode([start(), text("a"), end(reason), stop]).parts)?.reason).toBe("unknown")
    },
  )

  it.each([
    ["something new", "end_turn", "unknown"],
    ["end_turn", "refusal", "stop"],
  ])("keeps the first of two stop reasons: %s, then %s", (first, second, expected) => {
    expect(finishIn(decode([start(), text("a"), end(first), end(second), stop]).parts)?.reason).toBe(expected)
  })

  it("has no end without a stop reason", () => {
    expect(finishIn(decode([start(), text("a")]).parts)).toBeUndefined()
    expect(finishIn(decode([start(), text("a"), end(null), stop]).parts)).toBeUndefined()
  })

  it("is complete when the body ends between the stop reason and the stop", () => {
    const { parts, states } = decode([start(), text("a"), end("end_turn")])
    expect(finishIn(parts)?.reason).toBe("stop")
    expect(states.at(-1)).toBe("Finishing")
  })

  it("adds up what was cached and what was not, and keeps the last count of the output", () => {
    const { parts } = decode([
      start({
        input_tokens: 3,
        cache_creation_input_tokens: 10,
        cache_read_input_tokens: 100,
        output_tokens: 1,
      }),
      end(null, { output_tokens: 4 }),
      end("end_turn", { output_tokens: 9 }),
      stop,
    ])
    expect(finishIn(parts)?.usage).toEqual({
      inputTokens: { uncached: 3, total: 113, cacheRead: 100, cacheWrite: 10 },
      outputTokens: { total: 9, text: undefined, reasoning: undefined },
    })
  })

  it("keeps the counts of the start when the end says null, as its schema allows", () => {
    const { parts } = decode([
      start({
        input_tokens: 3,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 100,
        output_tokens: 1,
      }),
      end("end_turn", {
        input_tokens: null,
        cache_creation_input_tokens: null,
        cache_read_input_tokens: null,
        output_tokens: 9,
      }),
      stop,
    ])
    expect(finishIn(parts)?.usage.inputTokens.total).toBe(103)
  })

  it("says that the usage is unknown when none came", () => {
    const { parts } = decode([{ type: "message_start", message: {} }, end("end_turn", {}), stop])
    expect(finishIn(parts)?.usage.inputTokens.total).toBeUndefined()
    expect(finishIn(parts)?.usage.outputTokens.total).toBeUndefined()
  })

  it.each([-1, 0.5, 1e300, Number.MAX_SAFE_INTEGER + 1, "7"])("takes no count of tokens from %s", (count) => {
    const { parts } = decode([
      start({ input_tokens: count }),
      end("end_turn", { output_tokens: count }),
      stop,
    ])
    expect(finishIn(parts)?.usage.inputTokens.total).toBeUndefined()
    expect(finishIn(parts)?.usage.outputTokens.total).toBeUndefined()
  })

  it("says that a total is unknown when it is too large to be exact", () => {
    const { parts } = decode([
      start({ input_tokens: 1, cache_read_input_tokens: Number.MAX_SAFE_INTEGER }),
      end("end_turn"),
      stop,
    ])
    expect(finishIn(parts)?.usage.inputTokens.total).toBeUndefined()
  })

  it("ignores text after the stop reason", () => {
    expect(textIn(decode([start(), text("a"), end("end_turn"), text("late"), stop]).parts)).toBe("a")
  })

  it("ignores blocks after the stop reason, such as those of a second answer", () => {
    const { parts } = decode([
      start(),
      text("a"),
      end("end_turn"),
      start({ input_tokens: 99, output_tokens: 1 }),
      blockStart(0, { type: "text", text: "late" }),
      blockStart(1, { type: "tool_use", id: "t1", name: "weather", input: {} }),
      delta(1, { type: "input_json_delta", partial_json: '{"city":"Bern"}' }),
      stop,
    ])
    expect(textIn(parts)).toBe("a")
    expect(toolCallsIn(parts)).toEqual([])
    expect(finishIn(parts)?.usage.inputTokens.total).toBe(5)
  })

  it("ignores text after the stop", () => {
    expect(textIn(decode([start(), text("a"), end("end_turn"), stop, text("late")]).parts)).toBe("a")
  })

  it("skips events and deltas it does not know", () => {
    const { parts } = decode([
      start(),
      { type: "vendor_event" },
      {},
      doneMarker,
      blockStart(0, { type: "redacted_thinking", data: "x" }),
      delta(0, { type: "citations_delta", citation: {} }),
      delta(7, { type: "input_json_delta", partial_json: "{" }),
      { type: "content_block_delta" },
      text("a"),
      end("end_turn"),
      stop,
    ])
    expect(textIn(parts)).toBe("a")
    expect(finishIn(parts)?.reason).toBe("stop")
  })

  const value = Schema.Union([Schema.String, Schema.Int, Schema.Null, Schema.Array(Schema.String)])
  const fields = Schema.Struct({
    type: Schema.Union([
      Schema.Literals(["text_delta", "thinking_delta", "input_json_delta", "tool_use", "text"]),
      value,
    ]),
    text: value,
    thinking: value,
    partial_json: value,
    id: value,
    stop_reason: value,
  })

  it.prop(
    "never throws, whatever a provider sends",
    {
      events: Schema.Array(
        Schema.Struct({
          type: Schema.Union([
            Schema.Literals([
              "message_start",
              "content_block_start",
              "content_block_delta",
              "message_delta",
              "message_stop",
            ]),
            value,
          ]),
          index: value,
          message: Schema.Union([value, Schema.Struct({ id: value, usage: value })]),
          content_block: Schema.Union([value, fields]),
          delta: Schema.Union([value, fields]),
          usage: value,
        }),
      ),
    },
    ({ events }) => {
      expect(() => decode(events)).not.toThrow()
    },
    { arbitrary: { seed: 6, runs: 300 } },
  )
})
