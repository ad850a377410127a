/** Requests to a target as a run makes them: admitted, then answered, refused by the provider, or left alone. */
import { assert } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AIProviderError, type ProviderErrorReason } from "@/services/ai/core/AIProviderError"
import {
  TargetHealth,
  type AdmissionRequest,
  type Closure,
} from "@/services/ai/orchestration/health/TargetHealth"
import { verdict } from "@/services/ai/orchestration/verdict"
import { TelemetryService, type TelemetryEvent } from "@/services/telemetry"
import { openai } from "@/tests/support/planEvents"

export type Ask = Partial<AdmissionRequest>

const requestOf = (ask: Ask): AdmissionRequest => ({ target: openai, kind: "first", ...ask })

/** Fails the test when the target is closed off. */
export const admitted = Effect.fnUntraced(function* (ask: Ask = {}) {
  const health = yield* TargetHealth
  const admission = yield* health.admit(requestOf(ask))
  assert(
    admission._tag === "Admitted",
    `refused: ${admission._tag === "Refused" && admission.closure.message}`,
  )
  return admission
})

/** Undefined when a request would be admitted; it counts for nothing. */
export const closure = (ask: Ask = {}): Effect.Effect<Closure | undefined, never, TargetHealth> =>
  Effect.scoped(
    Effect.flatMap(TargetHealth, (health) =>
      Effect.map(health.admit(requestOf(ask)), (admission) =>
        admission._tag === "Refused" ? admission.closure : undefined,
      ),
    ),
  )

/** Why a request is refused; `open` when it is not. */
export const doorOf = (ask: Ask = {}) => Effect.map(closure(ask), (found) => found?.reason ?? "open")

export const answer = (ask: Ask = {}, timeToFirstPart: Duration.Input = "1 second") =>
  Effect.scoped(
    Effect.flatMap(admitted(ask), (permit) => permit.succeeded(Duration.fromInputUnsafe(timeToFirstPart))),
  )

export interface Failure {
  readonly reason: ProviderErrorReason
  readonly retryAfter?: Duration.Input
  /** How often the run saw this reason before, and once more. */
  readonly sameReason?: number
}

export const refusal = ({ reason, retryAfter, sameReason = 1 }: Failure) =>
  verdict(
    AIProviderError.of({
      provider: "openai",
      message: reason,
      reason,
      ...(retryAfter === undefined ? {} : { retryAfter: Duration.fromInputUnsafe(retryAfter) }),
    }),
    { committed: false, sameReason, onRefusal: "stop", phase: "answer" },
  )

/** The cause is the word of the failure. */
export const fail = (failure: Failure | ProviderErrorReason, ask: Ask = {}) => {
  const full = typeof failure === "string" ? { reason: failure } : failure
  return Effect.scoped(Effect.flatMap(admitted(ask), (permit) => permit.failed(refusal(full), full.reason)))
}

export const times = <A, E, R>(count: number, effect: Effect.Effect<A, E, R>) =>
  Effect.replicateEffect(effect, count)

/** Telemetry that keeps what it is told. */
export const hearing = (): {
  readonly heard: ReadonlyArray<TelemetryEvent>
  readonly layer: Layer.Layer<TelemetryService>
} => {
  const heard: Array<TelemetryEvent> = []
  return {
    heard,
    layer: Layer.succeed(
      TelemetryService,
      TelemetryService.of({ trackEvent: (event) => Effect.sync(() => void heard.push(event)) }),
    ),
  }
}
