/** The circuits that guard a target, and what the end of a request tells each of them. Only data and pure functions. */
import * as Duration from "effect/Duration"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import { nameOf, type Target } from "../PlanEvent"
import type { Verdict } from "../verdict"

/** `circuit`: too many failures. `cooling`: it asked for a pause, or refused this model. `key`: it refused the key. */
export type CircuitKind = "circuit" | "cooling" | "key"

export interface Circuit {
  readonly kind: CircuitKind
  /** Its name in the store. */
  readonly key: string
  readonly target: Target
}

export const defaults = {
  /** The outcomes that a circuit is judged by, where no more came in the time of a rush. */
  outcomes: 10,
  rush: Duration.seconds(10),
  /** The most outcomes that a circuit is judged by. */
  mostOutcomes: 100,
}

/** What the target's circuit is judged by: how it has been doing until now. */
export interface Standing {
  /** Outcomes within the time of a rush. */
  readonly recent: number
  readonly failuresInARow: number
}

/**
 * Half of the last ten failed, five at least. Where more came in ten seconds, half of those did: among hundred requests
 * of a target that fails now and then there are always ten of which five failed, and it would be closed off most of the
 * time. Ten failures in a row open the circuit at any pace.
 */
export const tripPolicyOf = (
  kind: CircuitKind,
  { recent, failuresInARow }: Standing,
): CircuitBreaker.TripPolicy => {
  if (kind !== "circuit") return CircuitBreaker.consecutive(1)
  const isDown = failuresInARow >= defaults.outcomes - 1
  const size = isDown
    ? defaults.outcomes
    : Math.min(Math.max(recent, defaults.outcomes), defaults.mostOutcomes)
  return CircuitBreaker.rate({ threshold: 0.5, size, minimumCalls: Math.ceil(size / 2) })
}

/** The n-th opening in a row lasts the n-th of these, and every later one the last. */
const openings = [Duration.seconds(5), Duration.seconds(10), Duration.seconds(15)] as const

/** @param consecutiveOpenings how often the circuit has opened in a row before */
export const openFor = (consecutiveOpenings: number): Duration.Duration =>
  openings[consecutiveOpenings] ?? openings[2]

/** Without a key's id there is no circuit of a key. A changed key has another id, so that it is free at once. */
export const circuitsOf = (target: Target, keyId: string | undefined): ReadonlyArray<Circuit> => [
  ...(keyId === undefined ? [] : [{ kind: "key" as const, key: `key:${target.provider}#${keyId}`, target }]),
  { kind: "cooling", key: `cooling:${nameOf(target)}`, target },
  mainCircuitOf(target),
]

export const mainCircuitOf = (target: Target): Circuit => ({
  kind: "circuit",
  key: `circuit:${nameOf(target)}`,
  target,
})

/** How the request of an admission ended. `Unsettled`: nobody said, since its run went away. */
export type Settlement =
  | { readonly _tag: "Answered" }
  | { readonly _tag: "Failed"; readonly verdict: Pick<Verdict, "breaker" | "cool">; readonly cause: string }
  | { readonly _tag: "Unsettled" }

export interface Entry {
  readonly outcome: "Success" | "Failure" | "Ignored"
  /** How long this failure opens the circuit; by default by the number of its openings. */
  readonly openFor?: Duration.Duration
}

/** What a circuit is told; the entries of one request are recorded in their order. */
export const entriesFor = (kind: CircuitKind, settlement: Settlement): ReadonlyArray<Entry> => {
  switch (settlement._tag) {
    case "Answered":
      return [success]
    case "Unsettled":
      return [ignored]
    case "Failed":
      return entriesOfFailure[kind](settlement.verdict)
  }
}

const success: Entry = { outcome: "Success" }
const failure: Entry = { outcome: "Failure" }
/** Counts for nothing, and frees the slot of a probe. */
const ignored: Entry = { outcome: "Ignored" }

const entriesOfFailure: Readonly<
  Record<CircuitKind, (verdict: Pick<Verdict, "breaker" | "cool">) => ReadonlyArray<Entry>>
> = {
  circuit: ({ breaker }) => {
    switch (breaker) {
      case "failure":
        return [failure]
      case "failure-twice":
        return [failure, failure]
      case "ignored":
        return [ignored]
    }
  },
  // A probe that fails otherwise than by another pause ends the cooling: from here on the main circuit decides. What no
  // breaker counts (a 429 that names no time is among it) says nothing of the pause.
  cooling: ({ breaker, cool }) =>
    cool._tag === "Target" || cool._tag === "Refusal"
      ? [{ outcome: "Failure", openFor: cool.duration }]
      : [breaker === "ignored" ? ignored : success],
  // Only a refused key speaks of the key: a 500 may come before it was looked at.
  key: ({ cool }) => [cool._tag === "Key" ? { outcome: "Failure", openFor: cool.duration } : ignored],
}

/** Such an entry changes nothing in the store: it is not asked for it. */
export const changesNothing = (kind: CircuitKind, { outcome }: Entry, isProbe: boolean): boolean =>
  !isProbe && (outcome === "Ignored" || (outcome === "Success" && kind !== "circuit"))
