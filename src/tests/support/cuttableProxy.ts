/** A way to a server on loopback that breaks as networks do: cut, barred, or silent without a word. */
import { connect, createServer, type Socket } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export type Way =
  | { readonly does: "pass" }
  /** Nobody gets through. */
  | { readonly does: "refuse" }
  /** Takes every byte and hands none on, in both directions. A connection that met it stays like that for good. */
  | { readonly does: "swallow" }
  /** Passes so many bytes of the server's to each connection, then cuts it. */
  | { readonly does: "break"; readonly after: number }

export interface CuttableProxy {
  /** Without a slash at its end. */
  readonly url: string
  readonly port: number
  readonly become: (way: Way) => Effect.Effect<void>
  /** Resets all connections. */
  readonly cut: Effect.Effect<void>
  /** Where new connections lead. */
  readonly leadTo: (port: number) => Effect.Effect<void>
  /** How many connections have got through. */
  readonly passed: () => number
}

interface Connection {
  readonly client: Socket
  readonly server: Socket
  isSwallowed: boolean
}

/** @param target a port of loopback */
export const startCuttableProxy = (target: number): Effect.Effect<CuttableProxy, never, Scope.Scope> =>
  Effect.gen(function* () {
    const connections = new Set<Connection>()
    let leadsTo = target
    let way: Way = { does: "pass" }
    let passed = 0

    const take = (client: Socket): void => {
      if (way.does === "refuse") return void client.resetAndDestroy()
      if (way.does !== "swallow") passed += 1
      const server = connect({ port: leadsTo, host: "127.0.0.1", allowHalfOpen: true })
      const connection: Connection = { client, server, isSwallowed: way.does === "swallow" }
      connections.add(connection)
      const end = (): void => {
        connections.delete(connection)
        reset(connection)
      }
      join(client, server, () => !connection.isSwallowed)
      join(server, client, (sent) => {
        const breaks = way.does === "break" && sent > way.after
        if (breaks) end()
        return !breaks && !connection.isSwallowed
      })
      for (const socket of [client, server]) {
        socket.on("error", () => {})
        socket.on("close", () => {
          if (!connection.isSwallowed) end()
        })
      }
    }

    const cut = (): void => {
      for (const connection of connections) reset(connection)
      connections.clear()
    }

    const port = yield* listening(take, cut)
    return {
      url: `http://127.0.0.1:${port}`,
      port,
      become: (next) =>
        Effect.sync(() => {
          way = next
          if (next.does === "refuse") cut()
          if (next.does === "swallow") for (const connection of connections) connection.isSwallowed = true
        }),
      cut: Effect.sync(cut),
      leadTo: (next) => Effect.sync(() => void (leadsTo = next)),
      passed: () => passed,
    }
  })

/** @param passes is asked of each piece, with the number of bytes so far, that piece's included */
const join = (from: Socket, to: Socket, passes: (bytes: number) => boolean): void => {
  let bytes = 0
  from.on("data", (piece) => {
    bytes += piece.length
    if (passes(bytes) && !to.write(piece)) from.pause()
  })
  to.on("drain", () => from.resume())
  from.on("end", () => {
    if (passes(bytes)) to.end()
  })
}

const reset = ({ client, server }: Connection): void => {
  client.resetAndDestroy()
  server.resetAndDestroy()
}

const listening = (
  take: (client: Socket) => void,
  cut: () => void,
): Effect.Effect<number, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<ReturnType<typeof createServer>>((resume) => {
        const server = createServer({ allowHalfOpen: true }, take)
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          cut()
        }),
    ),
    (server) => {
      const address = server.address()
      return address !== null && typeof address === "object" ? address.port : 0
    },
  )
