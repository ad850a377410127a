/** An upstream on loopback that answers as a test tells it, byte for byte, and keeps what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { listening } from "./listening"

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: string
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Each is a write of its own, handed to the network before the next. */
  readonly writes: ReadonlyArray<string | Uint8Array>
  /**
   * What comes after the writes. `end`: the body ends as it should. `cut`: the connection closes inside the body.
   * `hang`: nothing, until the client leaves.
   */
  readonly ending?: "end" | "cut" | "hang"
}

export interface HttpServer {
  /** Without a slash at its end. */
  readonly url: string
  readonly received: ReadonlyArray<Received>
  /** Waits until the client has closed the connection of an exchange before its end. */
  readonly clientLeft: Effect.Effect<void>
}

export const startHttpServer = (
  answer: (received: Received) => Reply,
): Effect.Effect<HttpServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const received: Array<Received> = []
    const left = yield* Deferred.make<void>()
    const server = createServer((request, response) => {
      response.on("close", () => {
        if (!response.writableFinished) Deferred.doneUnsafe(left, Effect.void)
      })
      void receive(request).then((one) => {
        received.push(one)
        return send(response, answer(one))
      })
    })
    const url = yield* listening(server)
    return { url, received, clientLeft: Deferred.await(left) }
  })

const receive = async (request: IncomingMessage): Promise<Received> => {
  const pieces: Array<Buffer> = []
  for await (const piece of request) pieces.push(Buffer.from(piece as Uint8Array))
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    headers: request.headers,
    body: Buffer.concat(pieces).toString(),
  }
}

const send = async (response: ServerResponse, reply: Reply): Promise<void> => {
  response.writeHead(reply.status ?? 200, { "content-type": "text/event-stream", ...reply.headers })
  response.flushHeaders()
  for (const piece of reply.writes) {
    await new Promise<void>((resolve) => {
      response.write(piece, () => resolve())
    })
  }
  if (reply.ending === "hang") return
  if (reply.ending === "cut") response.socket?.end()
  else response.end()
}
