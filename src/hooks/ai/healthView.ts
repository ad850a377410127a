/** How a target is doing, as the page shows it. Pure. */
import * as Duration from "effect/Duration"
import type { HealthReport } from "@/services/ai/orchestration/health/TargetHealth"
import type { TargetView } from "./chatState"

export interface HealthView {
  readonly target: TargetView
  /** `closed`: asked as always. `half-open`: the next request finds out whether it works again. */
  readonly state: "closed" | "half-open" | "open" | "cooling" | "bad-key" | "refused"
  /** What keeps it from being asked, or what failed last where nothing does; a sentence. */
  readonly why?: string
  /** When it can be asked again, in milliseconds since the epoch. */
  readonly until?: number
  /** Whose outcome is remembered. */
  readonly requests: number
  /** Of these. */
  readonly failures: number
  /** In milliseconds: half, and 95 of 100, of the answers began within it. */
  readonly firstPart?: { readonly half: number; readonly most: number }
}

export const healthView = (report: HealthReport): HealthView => {
  const { target, requests, failureRate, firstPart, closure } = report
  const why = reasonOf(report)
  return {
    target,
    state: stateOf(report),
    ...(why === undefined ? {} : { why }),
    ...(closure?.reopensAt === undefined ? {} : { until: closure.reopensAt }),
    requests,
    failures: Math.round(failureRate * requests),
    ...(firstPart === undefined
      ? {}
      : { firstPart: { half: Duration.toMillis(firstPart.p50), most: Duration.toMillis(firstPart.p95) } }),
  }
}

type Closure = NonNullable<HealthReport["closure"]>

/** A pause that was asked for, or a refused key, says more than the circuit that is closed beside it. */
const stateOf = ({ circuit, closure }: HealthReport): HealthView["state"] =>
  closure === undefined ? circuit : (states[closure.reason] ?? circuit)

const states: Readonly<Record<Closure["reason"], HealthView["state"] | undefined>> = {
  "circuit-open": "open",
  probing: "half-open",
  cooling: "cooling",
  "bad-key": "bad-key",
  refused: "refused",
  // It may still be asked for the first time by a run.
  budget: undefined,
}

const reasonOf = ({ closure, lastFailure, failureRate }: HealthReport): string | undefined => {
  if (closure !== undefined) return sentence(closure.message)
  return lastFailure === undefined || failureRate === 0 ? undefined : `Last failure: ${lastFailure.cause}`
}

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
