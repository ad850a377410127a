/** A server on a free port of loopback, for as long as the scope is open. */
import type { Server } from "node:http"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** Succeeds with its address, without a slash at the end. */
export const listening = (server: Server): Effect.Effect<string, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<void>((resume) => {
        server.listen(0, "127.0.0.1", () => resume(Effect.void))
      }),
      () =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          server.closeAllConnections()
        }),
    ),
    () => {
      const address = server.address()
      return `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`
    },
  )
