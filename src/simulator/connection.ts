/** One socket: takes requests as they arrive and carries out what is answered, until the socket closes. */
import type { Socket } from "node:net"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { make as makeReader } from "./httpRequest"
import { continueBytes } from "./httpResponse"
import type { Answerable, Response } from "./respond"
import type { Step } from "./Step"

export const defaults = {
  /** What a client has not read when a reset comes is lost to it: so long does it have. */
  resetGrace: Duration.millis(50),
}

export interface ConnectionOptions {
  readonly respond: (arrival: Answerable) => Response
  /** Every wait is multiplied by it. */
  readonly timeScale: number
}

/** Never ends by itself: whoever runs it interrupts it when the socket has closed. */
export const serve = Effect.fnUntraced(function* (
  socket: Socket,
  { respond, timeScale }: ConnectionOptions,
): Effect.fn.Return<never> {
  const arrived = yield* Queue.unbounded<Answerable>()
  const reader = makeReader()
  // A socket that breaks also closes, which is all that matters here.
  socket.on("error", () => undefined)
  socket.on("data", (bytes: Uint8Array) => {
    for (const arrival of reader.push(bytes)) {
      if (arrival.type === "continue") socket.write(continueBytes())
      else Queue.offerUnsafe(arrived, arrival)
    }
  })
  for (;;) {
    const { entry, steps } = respond(yield* Queue.take(arrived))
    yield* Effect.forEach(
      steps,
      (step) => {
        entry.take(step)
        return carryOut(socket, step, timeScale)
      },
      { discard: true },
    ).pipe(Effect.onInterrupt(() => Effect.sync(() => (socket.destroyed ? entry.left() : undefined))))
  }
})

const carryOut = (socket: Socket, step: Step, timeScale: number): Effect.Effect<void> => {
  switch (step.type) {
    case "wait":
      return Duration.isZero(step.duration)
        ? Effect.void
        : Effect.sleep(Duration.times(step.duration, timeScale))
    case "write":
      return step.bytes.length === 0 ? Effect.void : write(socket, step.bytes)
    case "end":
      return ending(socket, step.connection)
  }
}

/** Waits until the network has taken the bytes: a reset would throw away what it has not. */
const write = (socket: Socket, bytes: Uint8Array): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    socket.write(bytes, (error) => {
      // After an error the socket closes, and with it this fiber ends.
      if (error === null || error === undefined) resume(Effect.void)
    })
  })

const ending = (
  socket: Socket,
  connection: Extract<Step, { type: "end" }>["connection"],
): Effect.Effect<void> => {
  switch (connection) {
    case "keep":
      return Effect.void
    case "open":
      return Effect.never
    case "fin":
      return Effect.andThen(
        Effect.sync(() => socket.end()),
        Effect.never,
      )
    case "reset":
      return Effect.sync(() => socket.resetAndDestroy()).pipe(
        Effect.delay(socket.bytesWritten === 0 ? Duration.zero : defaults.resetGrace),
        Effect.andThen(Effect.never),
      )
  }
}
