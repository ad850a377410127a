/** The bytes of an HTTP/1.1 response: its head, and its body by length, in chunks, or up to the connection's end. Pure. */
import { STATUS_CODES } from "node:http"
import type { Headers } from "./Fault"

/** How a reader knows where the body ends. */
export type Framing = { readonly length: number } | "chunked" | "close"

export interface Head {
  readonly status: number
  readonly contentType: string
  readonly headers: Headers
  readonly framing: Framing
  readonly keepsAlive: boolean
}

export const headBytes = ({ status, contentType, headers, framing, keepsAlive }: Head): Uint8Array => {
  const fields: Headers = {
    "content-type": contentType,
    ...headers,
    ...(framing === "chunked" ? { "transfer-encoding": "chunked" } : {}),
    ...(typeof framing === "object" ? { "content-length": String(framing.length) } : {}),
    connection: keepsAlive ? "keep-alive" : "close",
  }
  return bytesOf(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Overloaded"}`,
      ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
      "",
      "",
    ].join("\r\n"),
  )
}

/** Some bytes of the body, as its framing wants them. */
export const bodyBytes = (bytes: Uint8Array, framing: Framing): Uint8Array =>
  framing === "chunked"
    ? Buffer.concat([bytesOf(`${bytes.length.toString(16)}\r\n`), bytes, bytesOf("\r\n")])
    : bytes

export const lastChunk = (): Uint8Array => bytesOf("0\r\n\r\n")

export const continueBytes = (): Uint8Array => bytesOf("HTTP/1.1 100 Continue\r\n\r\n")

export const bytesOf = (text: string): Uint8Array => Buffer.from(text)

/** The bytes in pieces that end inside every code point that has more than one byte. */
export const splitInCodePoints = (bytes: Uint8Array): ReadonlyArray<Uint8Array> => {
  const ends = [...bytes.keys()].filter((index) => index > 0 && (bytes[index - 1] ?? 0) >= 0b1100_0000)
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}
