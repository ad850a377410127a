/** A WebSocket for whoever opens it again and again: it waits before it does, is woken at will, and proves that it lives. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"

export interface Pace {
  /** How long the opening may take. */
  readonly openLimit: Duration.Duration
  /** How long when it is woken meanwhile: it may wait for a network that is gone. */
  readonly openLimitWhenWoken: Duration.Duration
  /** The waits before it is opened again; they begin anew once something was heard, or when it is woken. */
  readonly backoff: Schedule.Schedule<Duration.Duration>
  /** Within which something must be heard when it is woken, else it is dead. */
  readonly probeLimit: Duration.Duration
}

export const defaults: Pace = {
  openLimit: Duration.seconds(5),
  openLimitWhenWoken: Duration.seconds(1),
  // Jittered: the pages of a server that was restarted do not all come at once.
  backoff: Schedule.min([Schedule.exponential("250 millis"), Schedule.spaced("5 seconds")]).pipe(
    Schedule.jittered,
  ),
  probeLimit: Duration.seconds(2),
}

export interface WakeableSocket {
  readonly socket: Socket.Socket
  readonly wake: Effect.Effect<void>
}

/** @param ping a message that the other side answers */
export const make = (
  url: string,
  ping: string,
  { openLimit, openLimitWhenWoken, backoff, probeLimit }: Pace,
): Effect.Effect<WakeableSocket, never, Socket.WebSocketConstructor> =>
  Effect.gen(function* () {
    const plain = yield* Socket.makeWebSocket(url, { openTimeout: openLimit })
    // Nobody waits for the first opening.
    const woken = yield* Latch.make(true)
    let nextWait = yield* waitsOf(backoff)
    let heard = 0

    const pause = Effect.gen(function* () {
      if (heard > 0) nextWait = yield* waitsOf(backoff)
      heard = 0
      const isWoken =
        woken.isOpen() ||
        (yield* Effect.raceFirst(
          Effect.as(Effect.flatMap(nextWait, Effect.sleep), false),
          Effect.as(woken.await, true),
        ))
      if (isWoken) nextWait = yield* waitsOf(backoff)
      yield* woken.close
    })

    /** Woken again while it is asked, it is asked once more. */
    const answering = Effect.gen(function* () {
      yield* woken.await
      yield* woken.close
      const before = heard
      const { write } = yield* plain.writer
      yield* Effect.ignore(write(ping))
      yield* Effect.sleep(probeLimit)
      return heard > before
    }).pipe(Effect.repeat({ while: (answers) => answers }), Effect.scoped)

    const reader = Effect.gen(function* () {
      yield* pause
      const connection = yield* Scope.fork(yield* Effect.scope)
      const { pull, upgrade } = yield* Effect.raceFirst(
        Scope.provide(plain.reader, connection),
        woken.await.pipe(Effect.delay(openLimitWhenWoken), Effect.andThen(Effect.fail(abandoned))),
      )
      yield* answering.pipe(
        Effect.andThen(woken.open),
        Effect.andThen(Scope.close(connection, Exit.void)),
        Effect.forkScoped,
      )
      return { upgrade, pull: Effect.tap(pull, ({ length }) => Effect.sync(() => (heard += length))) }
    })

    return { socket: Socket.make({ reader, writer: plain.writer }), wake: Effect.asVoid(woken.open) }
  })

/** Each time the next of the waits. */
const waitsOf = (
  backoff: Schedule.Schedule<Duration.Duration>,
): Effect.Effect<Effect.Effect<Duration.Duration>> =>
  Effect.map(Schedule.toStep(backoff), (step) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => step(now, undefined)).pipe(
      Effect.map(([, wait]) => wait),
      // It is one that does not end.
      Effect.orDie,
    ),
  )

const abandoned = new Socket.SocketError({
  reason: new Socket.SocketOpenError({ kind: "Timeout", cause: new Error("woken while it was opened") }),
})
