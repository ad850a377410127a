/** An effect for the few values of a stream that need one; the others pass in whole reads, at no cost. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

export const tapSome = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  tap: (value: A) => Effect.Effect<void> | undefined,
): Stream.Stream<A, E, R> =>
  Stream.transformPull(stream, (pull) =>
    Effect.succeed(
      Effect.flatMap(pull, (values) => {
        const effects = values.flatMap((value) => tap(value) ?? [])
        return effects.length === 0 ? Effect.succeed(values) : Effect.as(Effect.all(effects), values)
      }),
    ),
  )
