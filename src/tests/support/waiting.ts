/** Waits for facts of the outside world, which no virtual clock can bring about. */
import * as Effect from "effect/Effect"

/** Asks again and again until it is so; the test's own time limit ends what never comes. */
export const until = (isSo: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => (isSo() ? Effect.void : Effect.andThen(Effect.sleep("5 millis"), until(isSo))))

/** Waits until a number has not changed for a while, and answers it. */
export const settledAt = (count: () => number, seen = count(), quiet = 0): Effect.Effect<number> =>
  quiet === 20
    ? Effect.succeed(seen)
    : Effect.flatMap(Effect.sleep("25 millis"), () =>
        settledAt(count, count(), count() === seen ? quiet + 1 : 0),
      )
