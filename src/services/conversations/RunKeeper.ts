/** What the process that keeps the runs may do with all of them. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

export class RunKeeper extends Context.Service<
  RunKeeper,
  {
    /**
     * Begins nothing new from now on, gives running runs the grace time of `RunSettings`, and leaves the others where they
     * stand, to be gone on with at the next start.
     */
    readonly settle: Effect.Effect<void>
  }
>()("RunKeeper") {}
