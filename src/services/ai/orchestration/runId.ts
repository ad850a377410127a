/** Names of runs. */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/** `run_` and 128 random bits. Not a secret: it only tells runs apart. */
export const makeRunId: Effect.Effect<string> = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, 2 ** 32), 4),
  (words) => `run_${words.map((word) => word.toString(16).padStart(8, "0")).join("")}`,
)
