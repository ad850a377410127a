/** What keeps a target closed, out of all that does: the reason that lasts longest, in a sentence. */
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Duration from "effect/Duration"
import type { State } from "effect/persistence/CircuitBreaker"
import type { Circuit, CircuitKind } from "./circuits"
import type { Extra } from "./RetryBudgetStore"
import type { Closure } from "./TargetHealth"

/** A circuit that lets nothing through. `Probing` ends with the probe, and no time is known for that. */
export type Obstacle =
  | { readonly _tag: "Open"; readonly circuit: Circuit; readonly retryAfter: Duration.Duration }
  | { readonly _tag: "Probing"; readonly circuit: Circuit }

/** What opened a circuit. */
export interface Why {
  /** In the provider's words. */
  readonly cause: string
  /** Whether it refused what we ask, rather than asked for a pause. */
  readonly isRefusal: boolean
}

/** Undefined when a request would be let through: an open circuit whose time is over waits for its probe. */
export const obstacleOf = (circuit: Circuit, state: State): Obstacle | undefined => {
  switch (state._tag) {
    case "Closed":
      return undefined
    case "Open":
      return Duration.isZero(state.retryAfter)
        ? undefined
        : { _tag: "Open", circuit, retryAfter: state.retryAfter }
    case "HalfOpen":
      return state.probing ? { _tag: "Probing", circuit } : undefined
  }
}

/** @param whyOf why the circuit opened, where this process saw it */
export const closureOf = (
  obstacles: NonEmptyReadonlyArray<Obstacle>,
  whyOf: (circuit: Circuit) => Why | undefined,
  now: number,
): Closure => {
  const longest = obstacles.reduce((left, right) => (waitOf(right) > waitOf(left) ? right : left))
  if (longest._tag === "Probing") {
    return { reason: "probing", message: "another request finds out whether it works again" }
  }
  const why = whyOf(longest.circuit)
  const { reason, message } = why?.isRefusal === true ? refusal : words[longest.circuit.kind]
  return {
    reason,
    message: why === undefined ? message : `${message}: ${why.cause}`,
    reopensAt: now + Duration.toMillis(longest.retryAfter),
  }
}

const waitOf = (obstacle: Obstacle): number =>
  obstacle._tag === "Open" ? Duration.toMillis(obstacle.retryAfter) : 0

const words: Readonly<Record<CircuitKind, Pick<Closure, "reason" | "message">>> = {
  circuit: { reason: "circuit-open", message: "its circuit is open" },
  cooling: { reason: "cooling", message: "it is left alone for a while" },
  key: { reason: "bad-key", message: "its key was refused" },
}

const refusal: Pick<Closure, "reason" | "message"> = {
  reason: "refused",
  message: "it refused the last request",
}

export const budgetSpent: Readonly<Record<Extra, Closure>> = {
  retry: { reason: "budget", message: "enough retries went to it in this minute" },
  hedge: { reason: "budget", message: "enough hedges went to it in this minute" },
}
