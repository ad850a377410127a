/** Takes a request through the circuits of its target, and tells them how it ended: the only file that asks their store. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type {
  Admission,
  CircuitBreakerError,
  CircuitBreakerStore,
  Transition,
  TripPolicy,
} from "effect/persistence/CircuitBreaker"
import type * as Scope from "effect/Scope"
import { changesNothing, entriesFor, openFor, type Circuit, type Entry, type Settlement } from "./circuits"
import { obstacleOf, type Obstacle, type Why } from "./closure"
import type { StoreGuard } from "./storeGuard"

/** False when it was settled before: only the first call counts. The scope's end settles what nobody has settled. */
export type Settle = (settlement: Settlement) => Effect.Effect<boolean>

export type Passage =
  | { readonly _tag: "Open"; readonly settle: Settle }
  | { readonly _tag: "Closed"; readonly obstacles: Arr.NonEmptyReadonlyArray<Obstacle> }

export interface Gate {
  /** All circuits, or none. One that the store does not answer for lets the request pass and is told nothing. */
  readonly enter: (circuits: ReadonlyArray<Circuit>) => Effect.Effect<Passage, never, Scope.Scope>
  /** The circuit as it is now; as closed when the store does not answer. */
  readonly look: (circuit: Circuit) => Effect.Effect<Look>
}

export interface Look {
  readonly circuit: Circuit
  readonly isClosed: boolean
  /** What would stop a request now. */
  readonly obstacle: Obstacle | undefined
}

export interface GateOptions {
  readonly store: CircuitBreakerStore["Service"]
  readonly tripPolicyOf: (circuit: Circuit) => Effect.Effect<TripPolicy>
  readonly guard: StoreGuard
  /** `why` where a request's end brought the change about. */
  readonly onTransition: (
    circuit: Circuit,
    transition: Transition,
    why: Why | undefined,
  ) => Effect.Effect<void>
}

export const makeGate = ({ store, guard, tripPolicyOf, onTransition }: GateOptions): Gate => {
  const take = (circuit: Circuit): Effect.Effect<Taking, never, Scope.Scope> =>
    Effect.gen(function* () {
      const answer = yield* guard(
        Effect.catch(
          Effect.map(store.admit(circuit.key), (admission): Taking => ({
            _tag: "Taken",
            taken: { circuit, admission },
          })),
          refusalOf(circuit),
        ),
      )
      if (Option.isNone(answer)) return { _tag: "Unknown" }
      const taking = answer.value
      if (taking._tag === "Taken" && taking.taken.admission.transition !== undefined) {
        yield* onTransition(circuit, taking.taken.admission.transition, undefined)
      }
      return taking
    })

  const record = ({ circuit, admission }: Taken, entry: Entry) =>
    Effect.flatMap(tripPolicyOf(circuit), (tripPolicy) =>
      guard(
        Effect.mapError(
          store.record({
            key: circuit.key,
            generation: admission.generation,
            outcome: entry.outcome,
            tripPolicy,
            openFor: entry.openFor ?? openFor(admission.consecutiveOpenings),
          }),
          reasonOf,
        ),
      ),
    )

  const tell = ({ circuit, admission }: Taken, settlement: Settlement): Effect.Effect<void> =>
    Effect.forEach(
      entriesFor(circuit.kind, settlement).filter(
        (entry) => !changesNothing(circuit.kind, entry, admission.probe),
      ),
      (entry) =>
        Effect.flatMap(record({ circuit, admission }, entry), (answer) => {
          const transition = Option.getOrUndefined(answer)
          return transition === undefined ? Effect.void : onTransition(circuit, transition, whyOf(settlement))
        }),
      { discard: true },
    )

  const tellAll = (taken: ReadonlyArray<Taken>, settlement: Settlement): Effect.Effect<void> =>
    Effect.forEach(taken, (one) => tell(one, settlement), { concurrency: "unbounded", discard: true })

  return {
    // Uninterruptible up to the finalizer: a probe's slot that is taken must be given back, whatever happens.
    enter: (circuits) =>
      Effect.uninterruptible(
        Effect.gen(function* () {
          const takings = yield* Effect.forEach(circuits, take, { concurrency: "unbounded" })
          const taken = takings.flatMap((taking) => (taking._tag === "Taken" ? [taking.taken] : []))
          const obstacles = takings.flatMap((taking) => (taking._tag === "Refused" ? [taking.obstacle] : []))
          if (Arr.isReadonlyArrayNonEmpty(obstacles)) {
            yield* tellAll(taken, { _tag: "Unsettled" })
            return { _tag: "Closed", obstacles }
          }
          let isSettled = false
          const settle: Settle = (settlement) =>
            Effect.uninterruptible(
              Effect.suspend(() => {
                if (isSettled) return Effect.succeed(false)
                isSettled = true
                return Effect.as(tellAll(taken, settlement), true)
              }),
            )
          yield* Effect.addFinalizer(() => settle({ _tag: "Unsettled" }))
          return { _tag: "Open", settle }
        }),
      ),
    look: (circuit) =>
      Effect.map(guard(Effect.mapError(store.state(circuit.key), reasonOf)), (answer) => {
        const state = Option.getOrUndefined(answer)
        return {
          circuit,
          isClosed: state === undefined || state._tag === "Closed",
          obstacle: state === undefined ? undefined : obstacleOf(circuit, state),
        }
      }),
  }
}

const whyOf = (settlement: Settlement): Why | undefined =>
  settlement._tag === "Failed"
    ? { cause: settlement.cause, isRefusal: settlement.verdict.cool._tag === "Refusal" }
    : undefined

interface Taken {
  readonly circuit: Circuit
  readonly admission: Admission
}

type Taking =
  | { readonly _tag: "Taken"; readonly taken: Taken }
  | { readonly _tag: "Refused"; readonly obstacle: Obstacle }
  | { readonly _tag: "Unknown" }

/** A store that fails is the guard's concern, the two refusals are answers. */
const refusalOf =
  (circuit: Circuit) =>
  (error: CircuitBreakerError): Effect.Effect<Taking, CircuitBreakerError["reason"]> => {
    switch (error.reason._tag) {
      case "CircuitOpen":
        return Effect.succeed({
          _tag: "Refused",
          obstacle: { _tag: "Open", circuit, retryAfter: error.reason.retryAfter },
        })
      case "CircuitHalfOpen":
        return Effect.succeed({ _tag: "Refused", obstacle: { _tag: "Probing", circuit } })
      case "CircuitBreakerStoreError":
        return Effect.fail(error.reason)
    }
  }

/** The envelope itself does not show the cause. */
const reasonOf = ({ reason }: CircuitBreakerError) => reason
