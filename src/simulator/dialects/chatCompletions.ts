/** Chat Completions, as OpenAI streams it. Pure. */
import * as Json from "@/services/ai/wire/json"
import type { Finish, RefusalKind } from "../Fault"
import { callIn, textIn, type Dialect, type Frame, type Message, type Piece, type Usage } from "./Dialect"
import { firstTool, modelOf, turnsOf } from "./fields"

const refusal = (kind: RefusalKind, model: string): Json.JsonObject => {
  const { type, code, message } = words[kind]
  return { error: { message: message.replace("{model}", model), type, param: null, code } }
}

export const chatCompletions: Dialect = {
  name: "chat-completions",
  lines: "sse",
  defaultKey: "openai",
  read: (body) => ({
    model: modelOf(body),
    turns: turnsOf(body),
    streams: body["stream"] === true,
    // Without `stream_options.include_usage` a stream carries none.
    wantsUsage: body["stream"] !== true || Json.asObject(body["stream_options"])?.["include_usage"] === true,
    tool: firstTool(body),
  }),
  events: (message) => {
    const last = message.usages.at(-1)
    const first = message.usages.length > 1 ? message.usages[0] : undefined
    return {
      opening: [chunk(message, choice({ role: "assistant", content: "" }))],
      pieces: message.pieces.map((piece) => [chunk(message, choice(deltaOf(piece)))]),
      closing: [
        ...(message.finish === undefined
          ? []
          : [chunk(message, choice({}, finishReasons[message.finish]), first)]),
        ...(last === undefined ? [] : [chunk(message, [], last)]),
        ...(message.tellsEnd ? [{ data: "[DONE]" }] : []),
      ],
    }
  },
  whole: (message) => ({
    ...head(message, "chat.completion"),
    choices: [
      {
        index: 0,
        message: wholeMessage(message.pieces),
        logprobs: null,
        finish_reason: message.finish === undefined ? null : finishReasons[message.finish],
      },
    ],
    ...usageField(message.usages.at(-1)),
  }),
  refusal,
  refusalFrame: (kind, model) => ({ data: refusal(kind, model) }),
  unknownFrame: {
    event: "telemetry",
    data: { object: "chat.completion.telemetry", note: "an event of a type that nobody knows" },
  },
  pingFrame: "comment",
  headers: (sequence) => ({ "x-request-id": `req_${sequence}` }),
}

const head = ({ sequence, model }: Message, object: string): Json.JsonObject => ({
  id: `chatcmpl-${sequence}`,
  object,
  created: 1_795_350_000,
  model,
  system_fingerprint: "fp_fault_upstream",
})

const chunk = (message: Message, choices: ReadonlyArray<object>, usage?: Usage): Frame => ({
  data: { ...head(message, "chat.completion.chunk"), choices, ...usageField(usage) },
})

const choice = (delta: object, reason: string | null = null): ReadonlyArray<object> => [
  { index: 0, delta, logprobs: null, finish_reason: reason },
]

const deltaOf = (piece: Piece): object => {
  switch (piece.type) {
    case "text":
      return { content: piece.text }
    case "reasoning":
      return { reasoning_content: piece.text }
    case "tool-start":
      return { tool_calls: [{ index: 0, ...toolCall(piece.name, piece.json) }] }
    case "tool-json":
      return { tool_calls: [{ index: 0, function: { arguments: piece.json } }] }
  }
}

const toolCall = (name: string, json: string): object => ({
  id: "call_1",
  type: "function",
  function: { name, arguments: json },
})

const wholeMessage = (pieces: ReadonlyArray<Piece>): object => {
  const call = callIn(pieces)
  const reasoning = textIn(pieces, "reasoning")
  return {
    role: "assistant",
    content: call === undefined ? textIn(pieces, "text") : null,
    refusal: null,
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
    ...(call === undefined ? {} : { tool_calls: [toolCall(call.name, call.json)] }),
  }
}

const finishReasons: Readonly<Record<Finish, string>> = {
  stop: "stop",
  length: "length",
  "content-filter": "content_filter",
  "tool-calls": "tool_calls",
}

const usageField = (usage: Usage | undefined): Json.JsonObject =>
  usage === undefined
    ? {}
    : {
        usage: {
          prompt_tokens: usage.input,
          completion_tokens: usage.output,
          total_tokens: usage.input + usage.output,
          completion_tokens_details: { reasoning_tokens: usage.reasoning },
        },
      }

interface Words {
  readonly type: string
  readonly code: string | null
  readonly message: string
}

const invalid = (code: string | null, message: string): Words => ({
  type: "invalid_request_error",
  code,
  message,
})

/** As in OpenAI's "Error codes" guide. */
const words: Readonly<Record<RefusalKind, Words>> = {
  "bad-request": invalid(
    null,
    "We could not parse the JSON body of your request: 'messages' must be a list.",
  ),
  "bad-key": invalid("invalid_api_key", "Incorrect API key provided."),
  "no-credit": {
    type: "billing_error",
    code: "payment_required",
    message: "Insufficient credits. Add more to go on.",
  },
  "quota-exhausted": {
    type: "insufficient_quota",
    code: "insufficient_quota",
    message: "You exceeded your current quota, please check your plan and billing details.",
  },
  region: {
    type: "request_forbidden",
    code: "unsupported_country_region_territory",
    message: "Country, region, or territory not supported",
  },
  "unknown-path": invalid("unknown_url", "Invalid URL."),
  "unknown-model": invalid(
    "model_not_found",
    "The model `{model}` does not exist or you do not have access to it.",
  ),
  "wrong-method": invalid("method_not_supported", "Not allowed to use this method on this URL."),
  "too-large": invalid("request_too_large", "The request body is too large."),
  "rate-limited": {
    type: "requests",
    code: "rate_limit_exceeded",
    message: "Rate limit reached for {model} on requests per min.",
  },
  "server-error": {
    type: "server_error",
    code: null,
    message: "The server had an error while processing your request. Sorry about that!",
  },
  overloaded: {
    type: "server_error",
    code: null,
    message: "The engine is currently overloaded, please try again later.",
  },
  "context-too-long": invalid(
    "context_length_exceeded",
    "This model's maximum context length is 8192 tokens, however your messages resulted in 9001 tokens.",
  ),
  "content-refused": invalid(
    "content_policy_violation",
    "Your request was rejected as a result of our safety system.",
  ),
  "prefill-refused": invalid(null, "The last message must have the role 'user' or 'tool'."),
}
