/** Ollama's own `/api/chat`: one line of JSON after the other. Pure. */
import * as Json from "@/services/ai/wire/json"
import type { Finish, RefusalKind } from "../Fault"
import { callIn, textIn, type Dialect, type Frame, type Message, type Piece, type Usage } from "./Dialect"
import { firstTool, modelOf, turnsOf } from "./fields"

const refusal = (kind: RefusalKind, model: string): Json.JsonObject => ({
  error: words[kind].replace("{model}", model),
})

export const ollama: Dialect = {
  name: "ollama",
  lines: "ndjson",
  defaultKey: "ollama",
  read: (body) => ({
    model: modelOf(body),
    turns: turnsOf(body),
    streams: body["stream"] !== false,
    wantsUsage: true,
    tool: firstTool(body),
  }),
  events: (message) => ({
    opening: [],
    pieces: message.pieces.map((piece, at) => framesOf(message, piece, at)),
    closing:
      message.finish === undefined ? [] : [{ data: last(message, { role: "assistant", content: "" }) }],
  }),
  whole: (message) => {
    const call = callIn(message.pieces)
    const thinking = textIn(message.pieces, "reasoning")
    return last(message, {
      role: "assistant",
      content: textIn(message.pieces, "text"),
      ...(thinking === "" ? {} : { thinking }),
      ...(call === undefined ? {} : toolCalls(call)),
    })
  },
  refusal,
  refusalFrame: (kind, model) => ({ data: refusal(kind, model) }),
  unknownFrame: { data: { note: "a line of a kind that nobody knows" } },
  pingFrame: { data: { note: "still here" } },
  headers: () => ({}),
}

/** A call comes whole, in the line of its last fragment. */
const framesOf = (message: Message, piece: Piece, at: number): ReadonlyArray<Frame> => {
  switch (piece.type) {
    case "text":
      return [line(message, { content: piece.text })]
    case "reasoning":
      return [line(message, { content: "", thinking: piece.text })]
    case "tool-start":
    case "tool-json": {
      const call = callIn(message.pieces)
      return at === message.pieces.length - 1 && call !== undefined
        ? [line(message, { content: "", ...toolCalls(call) })]
        : []
    }
  }
}

const toolCalls = ({ name, json }: { readonly name: string; readonly json: string }): object => ({
  tool_calls: [{ function: { name, arguments: Json.parse(json) } }],
})

const head = ({ model }: Message): Json.JsonObject => ({ model, created_at: "2026-11-22T12:00:00.000000Z" })

const line = (message: Message, fields: object): Frame => ({
  data: { ...head(message), message: { role: "assistant", ...fields }, done: false },
})

const last = (message: Message, content: object): Json.JsonObject => ({
  ...head(message),
  message: content,
  done: true,
  done_reason: doneReasons[message.finish ?? "stop"],
  total_duration: 1_000_000,
  ...countsOf(message.usages.at(-1)),
})

const countsOf = (usage: Usage | undefined): Json.JsonObject =>
  usage === undefined ? {} : { prompt_eval_count: usage.input, eval_count: usage.output }

const doneReasons: Readonly<Record<Finish, string>> = {
  stop: "stop",
  length: "length",
  "content-filter": "stop",
  "tool-calls": "stop",
}

/** As in Ollama's sources; what it cannot say is in the words of its cloud. */
const words: Readonly<Record<RefusalKind, string>> = {
  "bad-request": "json: cannot unmarshal into Go value of type api.ChatRequest",
  "bad-key": "unauthorized",
  "no-credit": "you have no credit left",
  "quota-exhausted": "you exceeded your current quota",
  region: "this model is not available in your region",
  "unknown-path": "404 page not found",
  "unknown-model": "model '{model}' not found",
  "wrong-method": "405 method not allowed",
  "too-large": "http: request body too large",
  "rate-limited": "too many concurrent requests",
  "server-error": "llama runner process has terminated: exit status 2",
  overloaded: "server busy, please try again.  maximum pending requests exceeded",
  "context-too-long": "the input length exceeds the context length",
  "content-refused": "the request was refused by the content policy",
  "prefill-refused": "this model does not support assistant message prefill",
}
