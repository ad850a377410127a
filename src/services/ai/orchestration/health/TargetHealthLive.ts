/** The health of targets over the stores of circuits and retry budgets: in this process, or shared by several. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import { TelemetryService } from "../../../telemetry/TelemetryService"
import { nameOf, type Target } from "../PlanEvent"
import { unharmedBy } from "../telemetry"
import type { Verdict } from "../verdict"
import { circuitsOf, defaults as circuits, mainCircuitOf, tripPolicyOf, type Circuit } from "./circuits"
import { telemetryOf } from "./circuitTelemetry"
import { budgetSpent, closureOf, type Why } from "./closure"
import { makeGate, type Settle } from "./gate"
import * as HealthRecord from "./healthRecord"
import { recentlyUsed } from "./recentlyUsed"
import { reportOf } from "./report"
import { layerRetryBudgetMemory, RetryBudgetStore, type Allowance, type Extra } from "./RetryBudgetStore"
import { makeStoreGuard } from "./storeGuard"
import {
  TargetHealth,
  type Admission,
  type AdmissionRequest,
  type Closure,
  type Permit,
} from "./TargetHealth"

export const defaults = {
  /** Per target and minute. */
  allowances: {
    retry: { minimum: 10, ratio: 0.1 },
    hedge: { minimum: 1, ratio: 0.05 },
  } satisfies Readonly<Record<Extra, Allowance>>,
  /** Targets whose outcomes are remembered; the one that was not asked for longest leaves. */
  targets: 1000,
  /** How long a store keeps the circuits of a target that is not asked. */
  idleTimeToLive: Duration.minutes(10),
}

const make = Effect.gen(function* () {
  const budgets = yield* RetryBudgetStore
  const telemetry = yield* TelemetryService
  const guard = yield* makeStoreGuard
  const records = recentlyUsed<HealthRecord.HealthRecord>(defaults.targets)
  const reasons = recentlyUsed<Why>(defaults.targets)
  const whyOf = ({ key }: Circuit) => reasons.get(key)
  const waitedFor = new Set<string>()

  const gate = makeGate({
    store: yield* CircuitBreaker.CircuitBreakerStore,
    guard,
    tripPolicyOf: ({ kind, target }) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const record = records.get(nameOf(target)) ?? HealthRecord.emptyRecord(target)
        return tripPolicyOf(kind, {
          recent: HealthRecord.outcomesSince(record, now - Duration.toMillis(circuits.rush)),
          failuresInARow: HealthRecord.failuresInARow(record),
        })
      }),
    onTransition: (circuit, transition, why) =>
      Effect.gen(function* () {
        if (why !== undefined) reasons.set(circuit.key, why)
        const event = telemetryOf({
          circuit,
          transition,
          cause: why?.cause,
          now: yield* Clock.currentTimeMillis,
        })
        if (event !== undefined) yield* unharmedBy(() => telemetry.trackEvent(event))
      }),
  })

  const note = (target: Target, change: HealthRecord.Change) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const name = nameOf(target)
      records.set(name, change(records.get(name) ?? HealthRecord.emptyRecord(target), now))
    })

  /** Counts the request; undefined when it may be sent. */
  const overBudget = Effect.fnUntraced(function* ({ target, kind, hedgeOf }: AdmissionRequest) {
    if (kind === "first") {
      yield* guard(budgets.record(nameOf(target)))
      return undefined
    }
    const allowed = yield* guard(budgets.take(nameOf(hedgeOf ?? target), kind, defaults.allowances[kind]))
    return Option.getOrElse(allowed, () => true) ? undefined : budgetSpent[kind]
  })

  const permitFor = (target: Target, settle: Settle): Permit => ({
    _tag: "Admitted",
    succeeded: (timeToFirstPart) =>
      Effect.flatMap(settle({ _tag: "Answered" }), (isFirst) =>
        isFirst ? note(target, HealthRecord.answered(timeToFirstPart)) : Effect.void,
      ),
    failed: (verdict, cause) =>
      Effect.flatMap(settle({ _tag: "Failed", verdict, cause }), (isFirst) =>
        isFirst && speaksOfTarget(verdict) ? note(target, HealthRecord.failed(cause)) : Effect.void,
      ),
  })

  return TargetHealth.of({
    admit: Effect.fnUntraced(function* (request) {
      const { target, keyId } = request
      const passage = yield* gate.enter(circuitsOf(target, keyId))
      if (passage._tag === "Closed") {
        return refused(closureOf(passage.obstacles, whyOf, yield* Clock.currentTimeMillis))
      }
      const closure = yield* overBudget(request)
      if (closure !== undefined) {
        yield* passage.settle({ _tag: "Unsettled" })
        return refused(closure)
      }
      yield* note(target, HealthRecord.askedWith(keyId))
      return permitFor(target, passage.settle)
    }),
    broke: (target, cause) =>
      Effect.scoped(
        Effect.gen(function* () {
          const passage = yield* gate.enter([mainCircuitOf(target)])
          if (passage._tag === "Open") yield* passage.settle({ _tag: "Failed", verdict: aCut, cause })
          yield* note(target, HealthRecord.failed(cause))
        }),
      ),
    usualFirstPart: (target) =>
      Effect.sync(() => {
        const record = records.get(nameOf(target))
        return record === undefined ? undefined : HealthRecord.firstPartWithin(record, 0.95)
      }),
    mayWaitFor: (target) => {
      const name = nameOf(target)
      return Effect.acquireRelease(
        Effect.sync(() => {
          if (waitedFor.has(name)) return false
          waitedFor.add(name)
          return true
        }),
        (isGranted) => Effect.sync(() => isGranted && waitedFor.delete(name)),
      )
    },
    reports: Effect.suspend(() =>
      Effect.forEach(
        records.values().toSorted((left, right) => nameOf(left.target).localeCompare(nameOf(right.target))),
        (record) =>
          Effect.gen(function* () {
            const circuits = circuitsOf(record.target, record.keyId)
            const looks = yield* Effect.forEach(circuits, gate.look, { concurrency: "unbounded" })
            return reportOf({ record, looks, whyOf, now: yield* Clock.currentTimeMillis })
          }),
        { concurrency: 16 },
      ),
    ),
  })
})

export const TargetHealthLive: Layer.Layer<TargetHealth, never, HealthStores | TelemetryService> =
  Layer.effect(TargetHealth, make)

/** Where circuits and budgets are kept: in this process, or in a store that several share. */
export type HealthStores = CircuitBreaker.CircuitBreakerStore | RetryBudgetStore

/** In this process. */
export const layerMemoryStores: Layer.Layer<HealthStores> = Layer.merge(
  CircuitBreaker.layerStoreMemory({ idleTimeToLive: defaults.idleTimeToLive }),
  layerRetryBudgetMemory,
)

/** For one process alone. */
export const TargetHealthMemory: Layer.Layer<TargetHealth, never, TelemetryService> = Layer.provide(
  TargetHealthLive,
  layerMemoryStores,
)

const refused = (closure: Closure): Admission => ({ _tag: "Refused", closure })

/** What a cut tells the main circuit; it has nothing to say to the others. */
const aCut: Pick<Verdict, "breaker" | "cool"> = { breaker: "failure", cool: { _tag: "None" } }

/** A request of ours that was wrong, or that nobody waited for, says nothing of the target. */
const speaksOfTarget = ({ breaker, cool }: Pick<Verdict, "breaker" | "cool">): boolean =>
  breaker !== "ignored" || cool._tag !== "None"
