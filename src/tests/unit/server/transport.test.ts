/** Node's transport at real sockets: what stays open for the next request, and what is closed. */
import { createServer } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { layerUndici } from "@/server/transport"
import { HttpTransport } from "@/services/ai/wire/HttpTransport"
import { listening } from "@/tests/support/listening"

type Ending = "ends" | "hangs" | "never answers"

/** Answers with one read, then ends or hangs; counts its connections and tells when one is closed. */
const startServer = (ending: Ending) =>
  Effect.gen(function* () {
    let connections = 0
    const closed = yield* Deferred.make<void>()
    const asked = yield* Deferred.make<void>()
    const server = createServer((_, response) => {
      Deferred.doneUnsafe(asked, Effect.void)
      if (ending === "never answers") return
      response.writeHead(200, { "content-type": "text/event-stream" })
      response.write("data: [DONE]\n\n", () => ending === "ends" && setImmediate(() => response.end()))
    })
    server.on("connection", (socket) => {
      connections += 1
      socket.once("close", () => Deferred.doneUnsafe(closed, Effect.void))
    })
    const url = yield* listening(server)
    return {
      url,
      connections: () => connections,
      asked: Deferred.await(asked),
      closed: Deferred.await(closed),
    }
  })

/** Reads until the terminal event, as a decoder does, and leaves. */
const ask = (url: string) =>
  Effect.gen(function* () {
    const { send } = yield* HttpTransport
    const { body } = yield* send({ method: "POST", url, headers: {}, body: "{}" })
    return yield* Stream.runHead(body)
  }).pipe(Effect.scoped)

describe("layerUndici", () => {
  it.live("uses a connection again when an answer was left at its terminal event", () =>
    Effect.gen(function* () {
      const server = yield* startServer("ends")
      for (const _ of [1, 2, 3]) {
        yield* ask(server.url)
        yield* Effect.sleep("20 millis")
      }
      assert.strictEqual(server.connections(), 1)
    }).pipe(Effect.provide(layerUndici), Effect.scoped),
  )

  it.live("closes a connection whose body goes on after the answer", () =>
    Effect.gen(function* () {
      const server = yield* startServer("hangs")
      yield* ask(server.url)
      yield* server.closed
    }).pipe(Effect.provide(layerUndici), Effect.scoped),
  )

  it.live("closes the connection at once when the reader is interrupted in the body", () =>
    Effect.gen(function* () {
      const server = yield* startServer("hangs")
      const { send } = yield* HttpTransport
      const fiber = yield* send({ method: "POST", url: server.url, headers: {}, body: "{}" }).pipe(
        Effect.flatMap(({ body }) => Stream.runDrain(body)),
        Effect.scoped,
        Effect.forkChild,
      )
      yield* server.asked
      yield* Fiber.interrupt(fiber)
      yield* server.closed
    }).pipe(Effect.provide(layerUndici), Effect.scoped),
  )

  it.live("closes the connection when the reader is interrupted before the headers", () =>
    Effect.gen(function* () {
      const server = yield* startServer("never answers")
      const { send } = yield* HttpTransport
      const fiber = yield* Effect.forkChild(
        Effect.scoped(send({ method: "POST", url: server.url, headers: {}, body: "{}" })),
      )
      yield* server.asked
      yield* Fiber.interrupt(fiber)
      yield* server.closed
    }).pipe(Effect.provide(layerUndici), Effect.scoped),
  )

  it.live("tells of a connection that nobody accepts, in the system's words", () =>
    Effect.gen(function* () {
      const { send } = yield* HttpTransport
      const error = yield* Effect.flip(
        Effect.scoped(send({ method: "POST", url: "http://127.0.0.1:1/", headers: {}, body: "{}" })),
      )
      assert.strictEqual(error.phase, "head")
      assert.include(error.message, "ECONNREFUSED")
    }).pipe(Effect.provide(layerUndici)),
  )
})
