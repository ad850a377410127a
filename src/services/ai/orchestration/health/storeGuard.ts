/** Asks a store that may be far away so that it can neither hold up nor fail a request. */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

export const defaults = {
  /** A store that has not answered by then does not answer. */
  answer: Duration.seconds(1),
  /** How long a store that failed is not asked: else every request would wait for it in turn. */
  pause: Duration.seconds(5),
  /** Between two lines about it in the log. */
  logEvery: Duration.minutes(1),
}

/** None when the store did not answer, or failed a moment ago. */
export type StoreGuard = <A, E, R>(asked: Effect.Effect<A, E, R>) => Effect.Effect<Option.Option<A>, never, R>

/** The time-out runs the store's part in a fiber of its own, so that the limit holds where nothing may interrupt, too. */
export const makeStoreGuard: Effect.Effect<StoreGuard> = Effect.sync(() => {
  let pausedUntil = 0
  let loggedAt = Number.NEGATIVE_INFINITY

  const failed = (words: string) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      pausedUntil = now + Duration.toMillis(defaults.pause)
      if (now - loggedAt < Duration.toMillis(defaults.logEvery)) return Effect.void
      loggedAt = now
      return Effect.logWarning(
        `the store of circuits and retry budgets does not work, so requests go out without them: ${words}`,
      )
    })

  const ask: StoreGuard = (asked) =>
    asked.pipe(
      Effect.timeoutOrElse({
        duration: defaults.answer,
        orElse: () => Effect.fail({ message: `no answer within ${Duration.format(defaults.answer)}` }),
      }),
      Effect.map(Option.some),
      Effect.catchCause((cause) => Effect.as(failed(wordsOf(cause)), Option.none())),
    )

  return Effect.fnUntraced(function* (asked) {
    return (yield* Clock.currentTimeMillis) < pausedUntil ? Option.none() : yield* ask(asked)
  })
})

/** With the words of the driver below the store, which say what happened. */
const wordsOf = (cause: Cause.Cause<unknown>): string =>
  Cause.prettyErrors(cause)
    .map((error) =>
      error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message,
    )
    .join("; ")
