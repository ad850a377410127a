/** What an answer of the fault upstream says, read from its bytes in each dialect. */
import type { DialectName } from "@/simulator/Fault"
import * as Json from "@/services/ai/wire/json"
import * as Sse from "@/services/ai/wire/sse"
import { bytesOf } from "@/tests/support/bytes"

export interface Reading {
  readonly text: string
  readonly thoughts: string
  /** Arguments of a tool call. */
  readonly call: string
  /** In the dialect's words. */
  readonly finish: string | undefined
  /** Whether the terminal event came. */
  readonly ended: boolean
  /** Output tokens, each time they were told. */
  readonly usages: ReadonlyArray<number>
  readonly errors: number
  /** Lines that are not JSON, and events of a kind that nobody knows. */
  readonly strange: number
}

const nothing: Reading = {
  text: "",
  thoughts: "",
  call: "",
  finish: undefined,
  ended: false,
  usages: [],
  errors: 0,
  strange: 0,
}

/** The JSON of each event or line; undefined for one that is none. */
const eventsOf = (dialect: DialectName, body: string): ReadonlyArray<unknown> => {
  if (dialect === "ollama") return body.split("\n").filter(Boolean).map(Json.parse)
  const reader = Sse.make()
  const events = [...reader.push(bytesOf(body)), ...reader.end()]
  return events.map(({ data }) => (data === "[DONE]" ? data : Json.parse(data)))
}

export const readStream = (dialect: DialectName, body: string): Reading =>
  eventsOf(dialect, body).reduce<Reading>((so, event) => {
    if (event === "[DONE]") return { ...so, ended: true }
    const json = Json.asObject(event)
    if (json === undefined) return { ...so, strange: so.strange + 1 }
    if (json["error"] !== undefined) return { ...so, errors: so.errors + 1 }
    return merge(so, readers[dialect](json))
  }, nothing)

const merge = (so: Reading, more: Partial<Reading>): Reading => ({
  text: so.text + (more.text ?? ""),
  thoughts: so.thoughts + (more.thoughts ?? ""),
  call: so.call + (more.call ?? ""),
  finish: more.finish ?? so.finish,
  ended: so.ended || (more.ended ?? false),
  usages: [...so.usages, ...(more.usages ?? [])],
  errors: so.errors + (more.errors ?? 0),
  strange: so.strange + (more.strange ?? 0),
})

const at = (value: unknown, ...path: ReadonlyArray<string | number>): unknown =>
  path.reduce<unknown>(
    (inner, step) => (typeof step === "number" ? Json.asArray(inner)[step] : Json.asObject(inner)?.[step]),
    value,
  )

const textAt = (value: unknown, ...path: ReadonlyArray<string | number>): string =>
  Json.asString(at(value, ...path)) ?? ""

/** Nothing, or one count. */
const countAt = (value: unknown, ...path: ReadonlyArray<string | number>): ReadonlyArray<number> => {
  const count = Json.asInteger(at(value, ...path))
  return count === undefined ? [] : [count]
}

const said = (text: string): string | undefined => (text === "" ? undefined : text)

type Reader = (event: Json.JsonObject) => Partial<Reading>

const readers: Readonly<Record<DialectName, Reader>> = {
  "chat-completions": (event) => {
    if (event["choices"] === undefined) return { strange: 1 }
    const choice = at(event, "choices", 0)
    const message = at(choice, "delta") ?? at(choice, "message")
    const finish = said(textAt(choice, "finish_reason"))
    return {
      text: textAt(message, "content"),
      thoughts: textAt(message, "reasoning_content"),
      call: textAt(message, "tool_calls", 0, "function", "arguments"),
      usages: countAt(event, "usage", "completion_tokens"),
      ...(finish === undefined ? {} : { finish }),
    }
  },
  messages: (event) => {
    const finish = said(textAt(event, "delta", "stop_reason") || textAt(event, "stop_reason"))
    switch (event["type"]) {
      case "message_start":
      case "content_block_start":
      case "content_block_stop":
      case "ping":
        return {}
      case "content_block_delta":
        return {
          text: textAt(event, "delta", "text"),
          thoughts: textAt(event, "delta", "thinking"),
          call: textAt(event, "delta", "partial_json"),
        }
      case "message_delta":
        return {
          usages: countAt(event, "usage", "output_tokens"),
          ...(finish === undefined ? {} : { finish }),
        }
      case "message_stop":
        return { ended: true }
      case "message":
        return Json.asArray(event["content"]).reduce<Reading>(
          (so, block) =>
            merge(so, {
              text: textAt(block, "text"),
              thoughts: textAt(block, "thinking"),
              call: at(block, "input") === undefined ? "" : JSON.stringify(at(block, "input")),
            }),
          {
            ...nothing,
            finish,
            usages: countAt(event, "usage", "output_tokens"),
          },
        )
      default:
        return { strange: 1 }
    }
  },
  ollama: (event) => {
    if (event["message"] === undefined) return { strange: 1 }
    const finish = said(textAt(event, "done_reason"))
    const call = at(event, "message", "tool_calls", 0, "function", "arguments")
    return {
      text: textAt(event, "message", "content"),
      thoughts: textAt(event, "message", "thinking"),
      call: call === undefined ? "" : JSON.stringify(call),
      ended: event["done"] === true,
      usages: countAt(event, "eval_count"),
      ...(finish === undefined ? {} : { finish }),
    }
  },
}

/** An answer in one piece. */
export const readWhole = (dialect: DialectName, body: string): Reading => {
  const json = Json.asObject(Json.parse(body))
  if (json === undefined) return { ...nothing, strange: 1 }
  return json["error"] === undefined
    ? merge(nothing, { ended: true, ...readers[dialect](json) })
    : { ...nothing, errors: 1 }
}
