import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { failedIn, HttpTransport, layerHttpClient, TransportError } from "@/services/ai/wire/HttpTransport"
import { startHttpServer, type Reply } from "../../../../support/httpServer"

const transport = Layer.provide(layerHttpClient, FetchHttpClient.layer)
const decoder = new TextDecoder()

const post = (url: string) => ({ method: "POST" as const, url, headers: { "x-own": "1" }, body: '{"a":1}' })

const exchange = (reply: Reply) =>
  Effect.gen(function* () {
    const server = yield* startHttpServer(() => reply)
    const { send } = yield* HttpTransport
    return { server, response: yield* send(post(`${server.url}/v1/x`)) }
  })

describe("the transport over an HttpClient", () => {
  it.live("sends method, path, headers and body, and gives status, headers in lower case and body", () =>
    Effect.gen(function* () {
      const { server, response } = yield* exchange({
        status: 418,
        headers: { "X-Request-ID": "r" },
        writes: ["a", "b"],
      })
      expect(server.received).toMatchObject([{ method: "POST", path: "/v1/x", body: '{"a":1}' }])
      expect(server.received[0]?.headers).toMatchObject({ "x-own": "1", "content-type": "application/json" })
      expect(response.status).toBe(418)
      expect(response.headers["x-request-id"]).toBe("r")
      const reads = yield* Stream.runCollect(response.body)
      expect(reads.map((read) => decoder.decode(read)).join("")).toBe("ab")
    }).pipe(Effect.provide(transport)),
  )

  it.live("does not follow a redirect", () =>
    Effect.gen(function* () {
      const { server, response } = yield* exchange({
        status: 307,
        headers: { location: "/elsewhere" },
        writes: [],
      })
      expect(response.status).toBe(307)
      expect(response.headers["location"]).toBe("/elsewhere")
      expect(server.received).toHaveLength(1)
    }).pipe(Effect.provide(transport)),
  )

  it.live("gives what came before the end of the body", () =>
    Effect.gen(function* () {
      const { response } = yield* exchange({ writes: ["first"], ending: "hang" })
      const reads = yield* Stream.runCollect(Stream.take(response.body, 1))
      expect(reads.map((read) => decoder.decode(read))).toEqual(["first"])
    }).pipe(Effect.provide(transport)),
  )

  it.live("fails in the body when the connection closes inside it", () =>
    Effect.gen(function* () {
      const { response } = yield* exchange({ writes: ["first"], ending: "cut" })
      const error = yield* Effect.flip(Stream.runDrain(response.body))
      expect(error).toMatchObject({ _tag: "TransportError", phase: "body" })
      expect(error.message).not.toBe("")
    }).pipe(Effect.provide(transport)),
  )

  it.live("closes the socket when its scope closes", () =>
    Effect.gen(function* () {
      const server = yield* startHttpServer(() => ({ writes: ["first"], ending: "hang" }))
      const { send } = yield* HttpTransport
      yield* Effect.scoped(
        Effect.flatMap(send(post(server.url)), ({ body }) => Stream.runCollect(Stream.take(body, 1))),
      )
      yield* server.clientLeft
    }).pipe(Effect.provide(transport)),
  )

  it.live("closes the socket when its scope closes before anybody has read the body", () =>
    Effect.gen(function* () {
      const server = yield* startHttpServer(() => ({ writes: ["first"], ending: "hang" }))
      const { send } = yield* HttpTransport
      expect(yield* Effect.scoped(Effect.map(send(post(server.url)), ({ status }) => status))).toBe(200)
      yield* server.clientLeft
    }).pipe(Effect.provide(transport)),
  )

  it.live("closes the socket when it is interrupted", () =>
    Effect.gen(function* () {
      const server = yield* startHttpServer(() => ({ writes: [], ending: "hang" }))
      const { send } = yield* HttpTransport
      const fiber = yield* Effect.forkChild(
        Effect.scoped(Effect.flatMap(send(post(server.url)), ({ body }) => Stream.runDrain(body))),
      )
      yield* Effect.repeat(Effect.sleep(1), { until: () => server.received.length > 0 })
      yield* Fiber.interrupt(fiber)
      yield* server.clientLeft
    }).pipe(Effect.provide(transport)),
  )

  it.live("fails at the head, in the system's words, when nobody listens", () =>
    Effect.gen(function* () {
      const url = yield* Effect.scoped(
        Effect.map(
          startHttpServer(() => ({ writes: [] })),
          (server) => server.url,
        ),
      )
      const { send } = yield* HttpTransport
      const error = yield* Effect.flip(send(post(url)))
      expect(error.phase).toBe("head")
      expect(error.message).toContain("ECONNREFUSED")
    }).pipe(Effect.provide(transport)),
  )

  it.live.each(["not a url", "localhost:1234", "http://", "http://user:secret-word@127.0.0.1:1"])(
    "fails at the head, not with a defect, at the address %j",
    (url) =>
      Effect.gen(function* () {
        const { send } = yield* HttpTransport
        const error = yield* Effect.flip(send(post(url)))
        expect(error).toBeInstanceOf(TransportError)
        expect(error.phase).toBe("head")
      }).pipe(Effect.provide(transport)),
  )

  it.live("fails at the head, not with a defect, at a header that HTTP does not allow", () =>
    Effect.gen(function* () {
      const { send } = yield* HttpTransport
      const error = yield* Effect.flip(
        send({ ...post("http://127.0.0.1:1"), headers: { authorization: "line\nbreak" } }),
      )
      expect(error.phase).toBe("head")
    }).pipe(Effect.provide(transport)),
  )

  it("tells the innermost message of a chain of causes", () => {
    const inner = new Error("connect ECONNREFUSED 127.0.0.1:1")
    const outer = new TypeError("fetch failed", { cause: inner })
    expect(failedIn("head")(outer)).toMatchObject({ phase: "head", message: inner.message, cause: outer })
    expect(failedIn("body")("text").message).toBe("text")
    expect(failedIn("body")(new Error("")).message).toBe("Error")
  })
})
