/** Anthropic's Messages. Pure. */
import * as Json from "@/services/ai/wire/json"
import type { Finish, RefusalKind } from "../Fault"
import { callIn, textIn, type Dialect, type Frame, type Message, type Piece, type Usage } from "./Dialect"
import { firstTool, modelOf, turnsOf } from "./fields"

const event = (type: string, fields: object = {}): Frame => ({ event: type, data: { type, ...fields } })

const refusal = (kind: RefusalKind, model: string): Json.JsonObject => {
  const [type, message] = words[kind]
  return { type: "error", error: { type, message: message.replace("{model}", model) }, request_id: "req_011" }
}

export const messages: Dialect = {
  name: "messages",
  lines: "sse",
  defaultKey: "anthropic",
  read: (body) => ({
    model: modelOf(body),
    turns: turnsOf(body),
    streams: body["stream"] === true,
    wantsUsage: true,
    tool: firstTool(body),
  }),
  events: (message) => ({
    opening: [
      event("message_start", {
        message: {
          ...head(message),
          content: [],
          stop_reason: null,
          stop_sequence: null,
          ...usageField(message.usages[0], 1),
        },
      }),
      event("ping"),
    ],
    pieces: blocksOf(message.pieces),
    closing: [
      ...blockIndices(message.pieces)
        .slice(-1)
        .map((index) => event("content_block_stop", { index })),
      ...finishing(message),
      ...(message.tellsEnd ? [event("message_stop")] : []),
    ],
  }),
  whole: (message) => ({
    ...head(message),
    content: wholeContent(message.pieces),
    stop_reason: message.finish === undefined ? null : stopReasons[message.finish],
    stop_sequence: null,
    ...usageField(message.usages.at(-1)),
  }),
  refusal,
  refusalFrame: (kind, model) => ({ event: "error", data: refusal(kind, model) }),
  unknownFrame: event("telemetry", { note: "an event of a type that nobody knows" }),
  pingFrame: event("ping"),
  headers: (sequence) => ({ "request-id": `req_${sequence}` }),
}

const head = ({ sequence, model }: Message): Json.JsonObject => ({
  id: `msg_${sequence}`,
  type: "message",
  role: "assistant",
  model,
})

const kindOf = (piece: Piece): "thinking" | "text" | "tool_use" =>
  piece.type === "text" ? "text" : piece.type === "reasoning" ? "thinking" : "tool_use"

/** Which block each piece belongs to: a piece of another kind ends one and starts the next. */
const blockIndices = (pieces: ReadonlyArray<Piece>): ReadonlyArray<number> => {
  let index = 0
  return pieces.map((piece, at) => {
    const before = pieces[at - 1]
    if (before !== undefined && kindOf(before) !== kindOf(piece)) index += 1
    return index
  })
}

const blocksOf = (pieces: ReadonlyArray<Piece>): ReadonlyArray<ReadonlyArray<Frame>> => {
  const indices = blockIndices(pieces)
  return pieces.map((piece, at) => {
    const [index, before] = [indices[at], indices[at - 1]]
    return [
      ...(before === undefined || before === index ? [] : [event("content_block_stop", { index: before })]),
      ...(before === index
        ? []
        : [event("content_block_start", { index, content_block: emptyBlock(piece) })]),
      event("content_block_delta", { index, delta: deltaOf(piece) }),
    ]
  })
}

const emptyBlock = (piece: Piece): object => {
  switch (piece.type) {
    case "text":
      return { type: "text", text: "" }
    case "reasoning":
      return { type: "thinking", thinking: "", signature: "" }
    case "tool-start":
      return { type: "tool_use", id: "toolu_1", name: piece.name, input: {} }
    case "tool-json":
      return { type: "tool_use", id: "toolu_1", name: "", input: {} }
  }
}

const deltaOf = (piece: Piece): object => {
  switch (piece.type) {
    case "text":
      return { type: "text_delta", text: piece.text }
    case "reasoning":
      return { type: "thinking_delta", thinking: piece.text }
    case "tool-start":
    case "tool-json":
      return { type: "input_json_delta", partial_json: piece.json }
  }
}

/** A stop reason that is not told is null, as in `message_start`. */
const finishing = ({ finish, usages }: Message): ReadonlyArray<Frame> => {
  const reason = finish === undefined ? null : stopReasons[finish]
  return [
    event("message_delta", { delta: { stop_reason: reason, stop_sequence: null }, ...outputOf(usages[0]) }),
    ...usages.slice(1).map((usage) => event("message_delta", { delta: {}, ...outputOf(usage) })),
  ]
}

const wholeContent = (pieces: ReadonlyArray<Piece>): ReadonlyArray<object> => {
  const call = callIn(pieces)
  const [thinking, text] = [textIn(pieces, "reasoning"), textIn(pieces, "text")]
  return [
    ...(thinking === "" ? [] : [{ type: "thinking", thinking, signature: "" }]),
    ...(text === "" ? [] : [{ type: "text", text }]),
    ...(call === undefined
      ? []
      : [{ type: "tool_use", id: "toolu_1", name: call.name, input: Json.parse(call.json) }]),
  ]
}

const stopReasons: Readonly<Record<Finish, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  "content-filter": "refusal",
  "tool-calls": "tool_use",
}

const usageField = (usage: Usage | undefined, output?: number): Json.JsonObject =>
  usage === undefined
    ? {}
    : {
        usage: {
          input_tokens: usage.input,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 0,
          output_tokens: output ?? usage.output,
        },
      }

const outputOf = (usage: Usage | undefined): Json.JsonObject =>
  usage === undefined ? {} : { usage: { output_tokens: usage.output } }

/** As in Anthropic's "Errors" reference; an empty wallet is an invalid request there. */
const words: Readonly<Record<RefusalKind, readonly [type: string, message: string]>> = {
  "bad-request": ["invalid_request_error", "messages: Input should be a valid list"],
  "bad-key": ["authentication_error", "invalid x-api-key"],
  "no-credit": ["billing_error", "Your credit balance is too low to access the Anthropic API."],
  "quota-exhausted": [
    "rate_limit_error",
    "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
  ],
  region: [
    "permission_error",
    "Access to Anthropic models is not allowed from unsupported countries or regions.",
  ],
  "unknown-path": ["not_found_error", "Not Found"],
  "unknown-model": ["not_found_error", "model: {model}"],
  "wrong-method": ["invalid_request_error", "Method Not Allowed"],
  "too-large": ["request_too_large", "Request exceeds the maximum size"],
  "rate-limited": ["rate_limit_error", "This request would exceed your account's rate limit."],
  "server-error": ["api_error", "Internal server error"],
  overloaded: ["overloaded_error", "Overloaded"],
  "context-too-long": ["invalid_request_error", "prompt is too long: 202128 tokens > 200000 maximum"],
  "content-refused": ["invalid_request_error", "Output blocked by content filtering policy"],
  "prefill-refused": [
    "invalid_request_error",
    "This model does not support assistant message prefill. The conversation must end with a user message.",
  ],
}
