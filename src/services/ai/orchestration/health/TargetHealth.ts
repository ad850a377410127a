/** Whether a target may be asked now, and how it has been doing: one memory for all runs of the process. */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { Target } from "../PlanEvent"
import type { Verdict } from "../verdict"

/** Why a target is not asked now. */
export const Closure = Schema.Struct({
  reason: Schema.Literals([
    /** Too many of its last requests failed. */
    "circuit-open",
    /** Its circuit was open, and another request finds out whether it works again. */
    "probing",
    /** It asked for a pause. */
    "cooling",
    /** It refused this model, or what was asked of it. */
    "refused",
    /** It refused the key, which has not changed since. */
    "bad-key",
    /** Enough retries, or hedges, went to it in this minute. */
    "budget",
  ]),
  /** A sentence without the target's name, e.g. `its circuit is open: connect ECONNREFUSED`. */
  message: Schema.String,
  /** Milliseconds since the epoch; absent where no time is known. */
  reopensAt: Schema.optionalKey(Schema.Number),
})
export type Closure = typeof Closure.Type

/** Whether the target said no, so that waiting is of no use: its key or its model has to change. */
export const isRefused = ({ reason }: Closure): boolean => reason === "bad-key" || reason === "refused"

export interface AdmissionRequest {
  readonly target: Target
  /** Tells one key of the provider from another without telling the key. */
  readonly keyId?: string
  /** `retry`: this run has asked this target before. `hedge`: another target is being asked at the same time. */
  readonly kind: "first" | "retry" | "hedge"
  /** Of a hedge: the target that is slow. The hedges are a share of its requests, not of those to the one that helps. */
  readonly hedgeOf?: Target
}

/** Leave to send one request. A permit that nobody settles before its scope closes counts for nothing. */
export interface Permit {
  readonly _tag: "Admitted"
  /** The answer has begun: the circuit is told at once, since a long answer must not keep it half-open. */
  readonly succeeded: (timeToFirstPart: Duration.Duration) => Effect.Effect<void>
  /** The request failed before anything of its answer was handed on. */
  readonly failed: (verdict: Pick<Verdict, "breaker" | "cool">, cause: string) => Effect.Effect<void>
}

export type Admission = Permit | { readonly _tag: "Refused"; readonly closure: Closure }

/** A target as people and programs may read it. */
export const HealthReport = Schema.Struct({
  target: Target,
  circuit: Schema.Literals(["closed", "open", "half-open"]),
  /** What keeps the target from being asked now, where anything does. */
  closure: Schema.optionalKey(Closure),
  /** Requests whose outcome is remembered: the last hundred at most. */
  requests: Schema.Int,
  /** 0 to 1, of these. */
  failureRate: Schema.Number,
  /** The last failure, in the provider's words. */
  lastFailure: Schema.optionalKey(Schema.Struct({ cause: Schema.String, at: Schema.Number })),
  /** How long the first part usually takes: half, and 95 of 100, of the remembered answers began within it. */
  firstPart: Schema.optionalKey(
    Schema.Struct({ p50: Schema.DurationFromMillis, p95: Schema.DurationFromMillis }),
  ),
})
export type HealthReport = typeof HealthReport.Type

export class TargetHealth extends Context.Service<
  TargetHealth,
  {
    /** Never fails: a store that does not answer must not keep a provider from being asked. */
    readonly admit: (request: AdmissionRequest) => Effect.Effect<Admission, never, Scope.Scope>
    /** An answer that had begun broke off; recorded under an admission of its own. */
    readonly broke: (target: Target, cause: string) => Effect.Effect<void>
    /** The 95th percentile of the time to the first part, once five answers are known. */
    readonly usualFirstPart: (target: Target) => Effect.Effect<Duration.Duration | undefined>
    /**
     * When every target is closed off, one run at a time may wait for the one that reopens first. True for that
     * run, until its scope closes.
     */
    readonly mayWaitFor: (target: Target) => Effect.Effect<boolean, never, Scope.Scope>
    /** Every target that was asked since the process began, by name. */
    readonly reports: Effect.Effect<ReadonlyArray<HealthReport>>
  }
>()("TargetHealth") {}
