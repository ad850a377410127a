import { describe, expect, it } from "@effect/vitest"
import { make, type Arrival, type HttpRequest } from "@/simulator/httpRequest"
import { bytesOf, piecesOf } from "@/tests/support/bytes"
import { post } from "./rawClient"

const lines = (...all: ReadonlyArray<string>): string => all.join("\r\n")

const read = (pieces: ReadonlyArray<Uint8Array>, options = {}): ReadonlyArray<Arrival> => {
  const reader = make(options)
  return pieces.flatMap((piece) => reader.push(piece))
}

const requestsIn = (arrivals: ReadonlyArray<Arrival>): ReadonlyArray<HttpRequest> =>
  arrivals.flatMap((arrival) => (arrival.type === "request" ? [arrival.request] : []))

const chunked = lines(
  "POST /v1/messages HTTP/1.1",
  "Transfer-Encoding: chunked",
  "",
  "4;name=value",
  '{"a"',
  "A",
  ': "Zürich',
  "2",
  '"}',
  "0",
  "Trailer: yes",
  "",
  "",
)

const stream = `${post("/v1/chat/completions?beta=true", { text: "Zürich 👩‍🚀" })}\r\n${chunked}GET /api/version HTTP/1.1\r\n\r\n`

describe("requests out of network reads", () => {
  it.each([1, 2, 3, 7, 64, 100_000])("are the same in pieces of %d bytes", (size) => {
    const requests = requestsIn(read(piecesOf(bytesOf(stream), size)))
    expect(requests.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["POST", "/v1/chat/completions", '{"text":"Zürich 👩‍🚀"}'],
      ["POST", "/v1/messages", '{"a": "Zürich"}'],
      ["GET", "/api/version", ""],
    ])
  })

  it("has names in lower case, and what came twice joined", () => {
    const [request] = requestsIn(
      read([bytesOf(lines("GET / HTTP/1.1", "X-One:  a ", "x-one: b", "__proto__: c", "", ""))]),
    )
    expect(Object.entries(request?.headers ?? {})).toEqual([
      ["x-one", "a, b"],
      ["__proto__", "c"],
    ])
  })

  it.each([
    ["1.1", "", true, true],
    ["1.1", "connection: Close", true, false],
    ["1.0", "", false, false],
    ["1.0", "connection: keep-alive", false, false],
  ])("of version %s with %j keep the connection or not", (version, field, isVersion1_1, keepsAlive) => {
    const [request] = requestsIn(
      read([bytesOf(lines(`GET / HTTP/${version}`, ...(field === "" ? [] : [field]), "", ""))]),
    )
    expect(request).toMatchObject({ isVersion1_1, keepsAlive })
  })

  it("asks for the body of a client that waits to be asked", () => {
    const head = bytesOf(lines("POST / HTTP/1.1", "Content-Length: 2", "Expect: 100-continue", "", ""))
    const arrivals = read([head, bytesOf("{}")])
    expect(arrivals.map(({ type }) => type)).toEqual(["continue", "request"])
  })
})

const unreadable: ReadonlyArray<readonly [what: string, text: string, status: number]> = [
  ["no HTTP", "hello\r\n\r\n", 400],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\n", 400],
  ["a field without a colon", "GET / HTTP/1.1\r\nhost\r\n\r\n", 400],
  ["a length that is no number", "POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", 400],
  ["two lengths", "POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400],
  ["a size of a chunk that is no number", "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nx\r\n", 400],
  ["a chunk longer than its size", "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n", 400],
  ["a body that is announced as too long", "POST / HTTP/1.1\r\ncontent-length: 101\r\n\r\n", 413],
  [
    "chunks that are too long together",
    `POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n32\r\n${"a".repeat(50)}\r\n33\r\n`,
    413,
  ],
  ["a line that does not end", `GET /${"a".repeat(300)}`, 431],
  ["a line that is too long", `GET /${"a".repeat(300)} HTTP/1.1\r\n\r\n`, 431],
]

describe("what cannot be read", () => {
  it.each(unreadable)("%s", (_what, text, status) => {
    const arrivals = read([bytesOf(text), bytesOf("GET / HTTP/1.1\r\n\r\n")], { maxBody: 100, maxLine: 200 })
    expect(arrivals).toHaveLength(1)
    expect(arrivals[0]).toMatchObject({ type: "unreadable", status, request: { keepsAlive: false } })
  })
})
