/** How long to wait and how long to try. Pure: the executor brings the clock and the dice. */
import * as Duration from "effect/Duration"
import type { Backoff } from "./AiPlan"

/**
 * The wait before a retry: `base · 2ⁿ` with ±20 % jitter, never more than `max`.
 * @param retry 0 for the first retry
 * @param dice 0 up to 1
 */
export const backoffDelay = (backoff: Backoff, retry: number, dice: number): Duration.Duration => {
  const exact = Duration.toMillis(backoff.base) * 2 ** retry
  const jittered = Math.min(exact, Duration.toMillis(backoff.max)) * (0.8 + 0.4 * dice)
  return Duration.millis(Math.min(Math.round(jittered), Duration.toMillis(backoff.max)))
}

/** A wait that the provider asked for is a floor: 0 to 10 % above it, never below. */
export const politeDelay = (retryAfter: Duration.Duration, dice: number): Duration.Duration =>
  Duration.millis(Math.ceil(Duration.toMillis(retryAfter) * (1 + 0.1 * dice)))

/**
 * How long a target may take until its answer begins: its own limit, cut so that every target after it keeps room
 * for one first part before the deadline; where there is no room for all of that, an equal share of what is left.
 * @param remaining until the deadline, in milliseconds
 * @param others the first-part limits of the targets that could still be asked
 */
export const roomFor = (
  own: Duration.Duration,
  remaining: number,
  others: ReadonlyArray<Duration.Duration>,
): Duration.Duration => {
  const reserved = others.reduce((sum, limit) => sum + Duration.toMillis(limit), 0)
  const room = Math.max(remaining - reserved, remaining / (others.length + 1))
  return Duration.millis(Math.max(0, Math.min(Duration.toMillis(own), Math.floor(room))))
}
