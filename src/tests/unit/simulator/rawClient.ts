/** A client on a bare socket: sends bytes as they are, and tells what came back, byte for byte, and how it ended. */
import { connect, type Socket } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { until } from "@/tests/support/waiting"

export interface RawResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Without the framing of the chunks. */
  readonly body: string
  /** The chunks as they were framed; the whole body where it is not chunked. */
  readonly chunks: ReadonlyArray<Buffer>
  /** Whether the body came to the end that its own head announces. */
  readonly isComplete: boolean
}

export interface RawClient {
  readonly send: (bytes: string | Uint8Array) => void
  /** All that came so far. */
  readonly bytes: () => Buffer
  /** The response that begins at a place in the bytes; undefined until its head is here. */
  readonly response: () => RawResponse | undefined
  /** `fin` and `reset` once the server has ended the connection. */
  readonly state: () => "open" | "fin" | "reset"
  readonly destroy: () => void
}

export const openClient = (port: number): Effect.Effect<RawClient, never, Scope.Scope> =>
  Effect.gen(function* () {
    const pieces: Array<Buffer> = []
    let state: "open" | "fin" | "reset" = "open"
    const socket = yield* Effect.acquireRelease(
      Effect.sync(() => connect({ host: "127.0.0.1", port, noDelay: true })),
      (opened) => Effect.sync(() => opened.destroy()),
    )
    let connected = false
    listen(socket, {
      connected: () => (connected = true),
      data: (piece) => pieces.push(piece),
      ended: (how) => (state = how),
    })
    yield* until(() => connected)
    const bytes = (): Buffer => Buffer.concat(pieces)
    return {
      send: (sent) => void socket.write(sent),
      bytes,
      response: () => parse(bytes(), state !== "open"),
      state: () => state,
      destroy: () => void socket.destroy(),
    }
  })

const listen = (
  socket: Socket,
  told: {
    readonly connected: () => void
    readonly data: (piece: Buffer) => void
    readonly ended: (how: "fin" | "reset") => void
  },
): void => {
  socket.on("connect", told.connected)
  socket.on("data", (piece: Buffer) => told.data(piece))
  socket.on("end", () => told.ended("fin"))
  socket.on("error", () => told.ended("reset"))
}

/** @param closed whether the connection is closed, which ends a body that says nothing of its length */
export const parse = (bytes: Buffer, closed: boolean): RawResponse | undefined => {
  const headEnd = bytes.indexOf("\r\n\r\n")
  if (headEnd === -1) return undefined
  const [first = "", ...fields] = bytes.toString("latin1", 0, headEnd).split("\r\n")
  const headers = Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(":")
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
    }),
  )
  const rest = bytes.subarray(headEnd + 4)
  const status = Number(first.split(" ")[1])
  if (headers["transfer-encoding"] === "chunked") {
    const { chunks, isComplete } = chunksOf(rest)
    return { status, headers, chunks, body: Buffer.concat(chunks).toString(), isComplete }
  }
  const length = headers["content-length"]
  const isComplete = length === undefined ? closed : rest.length === Number(length)
  return { status, headers, chunks: [rest], body: rest.toString(), isComplete }
}

const chunksOf = (
  bytes: Buffer,
): { readonly chunks: ReadonlyArray<Buffer>; readonly isComplete: boolean } => {
  const chunks: Array<Buffer> = []
  let rest = bytes
  for (;;) {
    const lineEnd = rest.indexOf("\r\n")
    if (lineEnd === -1) return { chunks, isComplete: false }
    const size = Number.parseInt(rest.toString("latin1", 0, lineEnd), 16)
    if (rest.length < lineEnd + 2 + size + 2) return { chunks, isComplete: false }
    if (size === 0) return { chunks, isComplete: true }
    chunks.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size))
    rest = rest.subarray(lineEnd + 2 + size + 2)
  }
}

/** A POST of JSON, as a vendor's client writes it. */
export const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): string => {
  const text = typeof body === "string" ? body : JSON.stringify(body)
  return [
    `POST ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(text)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    "",
    text,
  ].join("\r\n")
}
