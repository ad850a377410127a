/** A target's health as people and programs read it: its record beside what its circuits say now. Pure. */
import * as Arr from "effect/Array"
import { closureOf, type Why } from "./closure"
import type { Circuit } from "./circuits"
import type { Look } from "./gate"
import { failureRate, firstPartWithin, type HealthRecord } from "./healthRecord"
import type { HealthReport } from "./TargetHealth"

export interface Findings {
  readonly record: HealthRecord
  /** Each of its circuits, as the store has it. */
  readonly looks: ReadonlyArray<Look>
  readonly whyOf: (circuit: Circuit) => Why | undefined
  readonly now: number
}

export const reportOf = ({ record, looks, whyOf, now }: Findings): HealthReport => {
  const obstacles = looks.flatMap(({ obstacle }) => (obstacle === undefined ? [] : [obstacle]))
  const p50 = firstPartWithin(record, 0.5)
  const p95 = firstPartWithin(record, 0.95)
  return {
    target: record.target,
    circuit: stateOf(looks.find(({ circuit }) => circuit.kind === "circuit")),
    ...(Arr.isReadonlyArrayNonEmpty(obstacles) ? { closure: closureOf(obstacles, whyOf, now) } : {}),
    requests: record.outcomes.length,
    failureRate: failureRate(record),
    ...(record.lastFailure === undefined ? {} : { lastFailure: record.lastFailure }),
    ...(p50 === undefined || p95 === undefined ? {} : { firstPart: { p50, p95 } }),
  }
}

/** An open circuit whose time is over is half-open to whoever asks next. */
const stateOf = (look: Look | undefined): HealthReport["circuit"] => {
  if (look === undefined || look.isClosed) return "closed"
  return look.obstacle?._tag === "Open" ? "open" : "half-open"
}
