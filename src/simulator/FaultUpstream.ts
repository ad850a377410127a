/** A server that speaks the vendors' dialects and breaks on purpose, in every way that a row of `faults` names. */
import { createServer, type Server, type Socket } from "node:net"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as PubSub from "effect/PubSub"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Connection from "./connection"
import type { FaultName } from "./faults"
import * as RequestLog from "./RequestLog"
import { respond } from "./respond"
import { baseUrlOf, environmentOf } from "./routes"
import * as Scripts from "./Scripts"

export interface FaultUpstreamOptions {
  /** 0 (the default) takes a free one. */
  readonly port?: number
  /** Multiplies the faults' waits: with 0.001, "first token after 20 s" takes 20 ms. Retry-After stays as it is. */
  readonly timeScale?: number
}

export interface FaultUpstream extends Pick<RequestLog.RequestLog, "requests" | "gaps" | "closedEarly"> {
  /** Without a slash at its end, always on 127.0.0.1. */
  readonly url: string
  readonly port: number
  /** A route's base URL as its vendor's is written: `/openai/v1`, `/anthropic`, `/ollama`, `/<any>/v1`. */
  readonly urlOf: (key: string) => string
  /** `OPENAI_BASE_URL` and the like, keys included. */
  readonly environment: Readonly<Record<string, string>>
  /** What the next requests of a route meet, one fault each, the last one for all that follow. */
  readonly script: (key: string, names: ReadonlyArray<FaultName>) => void
  readonly openSockets: () => number
  /** Each request once it has ended, in the order of their ends. */
  readonly ended: Stream.Stream<RequestLog.LoggedRequest>
  /** Forgets scripts, counts and requests; connections stay. */
  readonly reset: () => void
}

export class ListenError extends Data.TaggedError("ListenError")<{
  readonly message: string
  readonly cause: unknown
}> {}

export const defaults: Required<FaultUpstreamOptions> = { port: 0, timeScale: 1 }

const host = "127.0.0.1"

/** Listens until the scope closes, which also destroys every socket. */
export const startFaultUpstream = Effect.fnUntraced(function* (
  options: FaultUpstreamOptions = {},
): Effect.fn.Return<FaultUpstream, ListenError, Scope.Scope> {
  const { port: wanted, timeScale } = { ...defaults, ...options }
  const endings = yield* PubSub.unbounded<RequestLog.LoggedRequest>()
  const log = RequestLog.make((request) => void PubSub.publishUnsafe(endings, request))
  const scripts = Scripts.make()
  const sockets = new Set<Socket>()
  const server = yield* Effect.acquireRelease(
    Effect.sync(() => createServer({ noDelay: true })),
    (opened) => close(opened, sockets),
  )
  // Below the server, so that its fibers end before its sockets: the log does not blame the clients for that.
  const run = yield* FiberSet.makeRuntime()
  server.on("connection", (socket) => {
    sockets.add(socket)
    const fiber = run(
      Connection.serve(socket, { timeScale, respond: (arrival) => respond(scripts, log, arrival) }),
    )
    socket.once("close", () => {
      sockets.delete(socket)
      fiber.interruptUnsafe()
    })
  })
  const port = yield* listen(server, wanted)
  const url = `http://${host}:${port}`
  return {
    url,
    port,
    urlOf: (key) => baseUrlOf(url, key),
    environment: environmentOf(url),
    script: scripts.set,
    requests: log.requests,
    gaps: log.gaps,
    closedEarly: log.closedEarly,
    openSockets: () => sockets.size,
    ended: Stream.fromPubSub(endings),
    reset: () => {
      scripts.reset()
      log.reset()
    },
  }
})

const listen = (server: Server, port: number): Effect.Effect<number, ListenError> =>
  Effect.callback<number, ListenError>((resume) => {
    server.once("error", (cause) =>
      resume(Effect.fail(new ListenError({ message: cannotListen(port, cause), cause }))),
    )
    server.listen(port, host, () => {
      const address = server.address()
      resume(Effect.succeed(address !== null && typeof address === "object" ? address.port : port))
    })
  })

const close = (server: Server, sockets: ReadonlySet<Socket>): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    for (const socket of sockets) socket.destroy()
  })

const cannotListen = (port: number, cause: NodeJS.ErrnoException): string =>
  `cannot listen on ${host}:${port}: ${listenErrors[cause.code ?? ""] ?? cause.message}`

const listenErrors: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is taken; stop what uses it, or choose another with --port",
  EACCES: "this user may not use that port; choose one above 1023 with --port",
}
