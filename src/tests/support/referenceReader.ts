/** What an answer's bytes mean by the contract, read the slow and obvious way: the judge of the real reader. */
import type * as Response from "effect/ai/Response"
import type { Dialect } from "./dialects"

export interface Reading {
  /** Of the answer, until it ends or goes wrong. */
  readonly text: string
  /** Why the answer is complete; absent when it is not. */
  readonly end: Response.FinishReason | undefined
}

export interface Received {
  readonly bytes: Uint8Array
  /** Whether the connection broke: then an event without its blank line was not received to its end. */
  readonly isBroken: boolean
}

export interface Speaker {
  readonly dialect: Dialect
  /** Whether the bare marker is all the end that the endpoint sends. */
  readonly neverSendsFinishReason: boolean
}

/** The vendors' words for an answer that has ended. */
const ends: Readonly<Record<Dialect, ReadonlyMap<unknown, Response.FinishReason>>> = {
  "chat-completions": new Map([
    ["stop", "stop"],
    ["eos", "stop"],
    ["length", "length"],
    ["model_length", "length"],
    ["tool_calls", "tool-calls"],
    ["function_call", "tool-calls"],
    ["content_filter", "content-filter"],
  ]),
  messages: new Map([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["tool_use", "tool-calls"],
    ["refusal", "content-filter"],
  ]),
}

export const read = (speaker: Speaker, received: Received): Reading => {
  let text = ""
  let malformed = 0
  let hasCalls = false
  for (const data of dataOf(received)) {
    if (data === "") continue
    if (data.trim() === "[DONE]") {
      if (speaker.dialect === "messages") continue
      const end = hasCalls ? "tool-calls" : "stop"
      return { text, end: speaker.neverSendsFinishReason ? end : undefined }
    }
    const event = parse(data)
    if (!isObject(event)) {
      malformed += 1
      // The contract: two such lines are skipped, the third breaks the stream.
      if (malformed === 3) break
      continue
    }
    if (at(event, "error") !== undefined && at(event, "error") !== null) break
    if (speaker.dialect === "messages" && at(event, "type") === "message_stop") break
    const { more, calls, sign } = meaningOf[speaker.dialect](event)
    text += more
    hasCalls ||= calls
    if (sign !== undefined) return { text, end: ends[speaker.dialect].get(sign) }
  }
  return { text, end: undefined }
}

/** The data of each event. */
const dataOf = ({ bytes, isBroken }: Received): ReadonlyArray<string> => {
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/)
  if (isBroken) lines.pop()
  else lines.push("")
  const events: Array<string> = []
  let data: Array<string> = []
  for (const line of lines) {
    if (line === "") {
      if (data.length > 0) events.push(data.join("\n"))
      data = []
    } else if (line === "data") data.push("")
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""))
  }
  return events
}

interface Meaning {
  /** Text of the answer. */
  readonly more: string
  /** Whether a tool is called. */
  readonly calls: boolean
  /** The vendor's word for the end, where the event tells one. */
  readonly sign: string | undefined
}

const nothing: Meaning = { more: "", calls: false, sign: undefined }

const meaningOf: Readonly<Record<Dialect, (event: object) => Meaning>> = {
  "chat-completions": (event) => {
    const choice = listAt(event, "choices")[0]
    const sign = textAt(choice, "finish_reason")
    return {
      more: textAt(choice, "delta", "content") ?? textAt(choice, "delta", "refusal") ?? "",
      calls: listAt(choice, "delta", "tool_calls").some(isObject),
      sign: sign === "" ? undefined : sign,
    }
  },
  messages: (event) => {
    const type = at(event, "type")
    if (type === "content_block_start" && at(event, "content_block", "type") === "text") {
      return { ...nothing, more: textAt(event, "content_block", "text") ?? "" }
    }
    if (type === "content_block_delta" && at(event, "delta", "type") === "text_delta") {
      return { ...nothing, more: textAt(event, "delta", "text") ?? "" }
    }
    return type === "message_delta" ? { ...nothing, sign: textAt(event, "delta", "stop_reason") } : nothing
  },
}

const parse = (data: string): unknown => {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The value at the end of a path of own members. */
const at = (value: unknown, ...path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>(
    (inside, key) => (isObject(inside) && Object.hasOwn(inside, key) ? Reflect.get(inside, key) : undefined),
    value,
  )

const textAt = (value: unknown, ...path: ReadonlyArray<string>): string | undefined => {
  const found = at(value, ...path)
  return typeof found === "string" ? found : undefined
}

const listAt = (value: unknown, ...path: ReadonlyArray<string>): ReadonlyArray<unknown> => {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}
