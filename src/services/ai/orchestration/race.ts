/** Which of two attempts that run side by side has begun first. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"

export interface Race {
  /** True for the first attempt that asks. */
  readonly claim: (attempt: number) => Effect.Effect<boolean>
  /** Completes when another attempt than this has claimed. */
  readonly lostBy: (attempt: number) => Effect.Effect<void>
  /** Completes when somebody has claimed. */
  readonly decided: Effect.Effect<unknown>
  readonly isDecided: Effect.Effect<boolean>
}

export const makeRace: Effect.Effect<Race> = Effect.map(Deferred.make<number>(), (winner) => ({
  claim: (attempt) => Deferred.succeed(winner, attempt),
  lostBy: (attempt) =>
    Effect.flatMap(Deferred.await(winner), (first) => (first === attempt ? Effect.never : Effect.void)),
  decided: Deferred.await(winner),
  isDecided: Deferred.isDone(winner),
}))
