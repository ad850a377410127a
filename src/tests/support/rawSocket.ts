/** A WebSocket that sends whatever a test tells it to. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { WebSocket } from "undici"
import { until } from "./waiting"

export interface RawSocket {
  readonly send: (frame: string | Uint8Array) => Effect.Effect<void>
  /** What the server sent, frame by frame. */
  readonly frames: ReadonlyArray<string>
  /** The code of its closing (RFC 6455), once it is closed. */
  readonly closeCode: () => number | undefined
}

export const openSocket = (url: string): Effect.Effect<RawSocket, never, Scope.Scope> =>
  Effect.gen(function* () {
    const frames: Array<string> = []
    let closeCode: number | undefined
    const socket = yield* Effect.acquireRelease(
      Effect.sync(() => new WebSocket(url)),
      (open) => Effect.sync(() => open.close()),
    )
    socket.addEventListener("message", ({ data }) => frames.push(String(data)))
    socket.addEventListener("close", ({ code }) => (closeCode = code))
    yield* until(() => socket.readyState !== socket.CONNECTING)
    return {
      send: (frame) => Effect.sync(() => socket.send(frame)),
      frames,
      closeCode: () => closeCode,
    }
  })
