/** HTTP/1.1 requests out of whole network reads (RFC 9112): bodies by length and in chunks, one after the other. */
import type { Headers } from "./Fault"

export interface HttpRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** Else chunks mean nothing to the client. */
  readonly isVersion1_1: boolean
  /** Whether the connection is for another request after this one. */
  readonly keepsAlive: boolean
  /** Names in lower case; one that comes twice is joined with a comma. */
  readonly headers: Headers
  readonly body: string
}

export type Arrival =
  | { readonly type: "request"; readonly request: HttpRequest }
  /** The client waits for `100 Continue` before it sends the body. */
  | { readonly type: "continue" }
  /** Nothing after it can be read; `request` is what was read of its head. */
  | { readonly type: "unreadable"; readonly status: 400 | 413 | 431; readonly request: HttpRequest }

export const defaults = {
  /** Of a body, in bytes. */
  maxBody: 32 * 1024 * 1024,
  /** Of a line of the head, in bytes. */
  maxLine: 64 * 1024,
}

export interface HttpReader {
  readonly push: (bytes: Uint8Array) => ReadonlyArray<Arrival>
}

type State =
  | { readonly at: "head"; readonly lines: ReadonlyArray<string> }
  | { readonly at: "body" | "chunk"; readonly remaining: number }
  | { readonly at: "chunk-size" | "chunk-end" | "trailers" | "unreadable" }

export const make = (options: Partial<typeof defaults> = {}): HttpReader => {
  const { maxBody, maxLine } = { ...defaults, ...options }
  let state: State = { at: "head", lines: [] }
  let rest = Buffer.alloc(0)
  let head: HttpRequest = noRequest
  let pieces: Array<Buffer> = []
  let size = 0

  const complete = (out: Array<Arrival>): void => {
    out.push({ type: "request", request: { ...head, body: Buffer.concat(pieces).toString() } })
    state = { at: "head", lines: [] }
    head = noRequest
    pieces = []
    size = 0
  }

  const giveUp = (status: 400 | 413 | 431, out: Array<Arrival>): void => {
    out.push({ type: "unreadable", status, request: { ...head, keepsAlive: false } })
    state = { at: "unreadable" }
    pieces = []
  }

  /** Goes on with a body, or a chunk of it, of that size. */
  const expect = (at: "body" | "chunk", length: number, out: Array<Arrival>): void => {
    if (Number.isNaN(length)) return giveUp(400, out)
    if (size + length > maxBody) return giveUp(413, out)
    state = { at, remaining: length }
  }

  const takeHead = (lines: ReadonlyArray<string>, out: Array<Arrival>): void => {
    const parsed = parseHead(lines)
    if (parsed === undefined) return giveUp(400, out)
    head = parsed
    const length = head.headers["content-length"]
    const isChunked = head.headers["transfer-encoding"]?.toLowerCase() === "chunked"
    if (isChunked) state = { at: "chunk-size" }
    else expect("body", length === undefined ? 0 : numberIn(length, /^\d+$/, 10), out)
    if (state.at === "body" && state.remaining === 0) return complete(out)
    if (state.at !== "unreadable" && head.headers["expect"]?.toLowerCase() === "100-continue")
      out.push({ type: "continue" })
  }

  const takeLine = (line: string, out: Array<Arrival>): void => {
    switch (state.at) {
      case "head":
        if (line !== "") state = { at: "head", lines: [...state.lines, line] }
        // Empty lines before a request are to be skipped (RFC 9112, 2.2).
        else if (state.lines.length > 0) takeHead(state.lines, out)
        return
      case "chunk-size": {
        const length = numberIn(line.replace(/\s*;.*$/, "").trim(), /^[0-9a-f]+$/i, 16)
        if (length === 0) state = { at: "trailers" }
        else expect("chunk", length, out)
        return
      }
      case "chunk-end":
        if (line === "") state = { at: "chunk-size" }
        else giveUp(400, out)
        return
      case "trailers":
        if (line === "") complete(out)
        return
      case "body":
      case "chunk":
      case "unreadable":
        return
    }
  }

  /** Whether there was something to take. */
  const advance = (out: Array<Arrival>): boolean => {
    if (state.at === "unreadable") return false
    if (state.at === "body" || state.at === "chunk") {
      const taken = rest.subarray(0, state.remaining)
      if (taken.length === 0) return false
      pieces.push(taken)
      size += taken.length
      rest = rest.subarray(taken.length)
      const remaining = state.remaining - taken.length
      if (remaining > 0) state = { at: state.at, remaining }
      else if (state.at === "chunk") state = { at: "chunk-end" }
      else complete(out)
      return true
    }
    const end = rest.indexOf("\n")
    if (end > maxLine || (end === -1 && rest.length > maxLine)) giveUp(431, out)
    if (end === -1 || end > maxLine) return false
    const line = rest.toString("latin1", 0, end).replace(/\r$/, "")
    rest = rest.subarray(end + 1)
    takeLine(line, out)
    return true
  }

  return {
    push: (bytes) => {
      if (state.at === "unreadable") return []
      const out: Array<Arrival> = []
      // What is kept between two reads is at most an unfinished line.
      rest = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes])
      while (advance(out));
      return out
    },
  }
}

const noRequest: HttpRequest = {
  method: "",
  path: "",
  isVersion1_1: true,
  keepsAlive: false,
  headers: {},
  body: "",
}

const numberIn = (text: string, pattern: RegExp, radix: number): number =>
  pattern.test(text) ? Number.parseInt(text, radix) : Number.NaN

const parseHead = ([first = "", ...fields]: ReadonlyArray<string>): HttpRequest | undefined => {
  const [, method, target, version] = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/.exec(first) ?? []
  if (method === undefined || target === undefined) return undefined
  const fieldValues = new Map<string, string>()
  for (const field of fields) {
    const [, name, value] = /^([^\s:]+):\s*(.*?)\s*$/.exec(field) ?? []
    if (name === undefined || value === undefined) return undefined
    const known = fieldValues.get(name.toLowerCase())
    fieldValues.set(name.toLowerCase(), known === undefined ? value : `${known}, ${value}`)
  }
  const headers: Headers = Object.fromEntries(fieldValues)
  const isVersion1_1 = version === "1"
  return {
    method,
    path: target.replace(/[?#].*$/, ""),
    isVersion1_1,
    keepsAlive: isVersion1_1 && headers["connection"]?.toLowerCase() !== "close",
    headers,
    body: "",
  }
}
