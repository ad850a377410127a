/** What telemetry is told when a circuit changes. */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type { Transition } from "effect/persistence/CircuitBreaker"
import type { TelemetryEvent } from "../../../telemetry/TelemetryService"
import { nameOf } from "../PlanEvent"
import type { Circuit } from "./circuits"

export interface Change {
  readonly circuit: Circuit
  readonly transition: Transition
  /** The failure that brought it about. */
  readonly cause: string | undefined
  readonly now: number
}

/** Undefined for the end of a cooling, which its beginning has already told. */
export const telemetryOf = ({ circuit, transition, cause, now }: Change): TelemetryEvent | undefined => {
  const event = { category: "orchestrator", label: nameOf(circuit.target) } as const
  const isMain = circuit.kind === "circuit"
  switch (transition.to) {
    case "Open": {
      const until = `until ${DateTime.formatIso(DateTime.makeUnsafe(now + Duration.toMillis(transition.retryAfter)))}`
      return {
        ...event,
        action: isMain ? "circuit_opened" : "target_cooled",
        value: cause === undefined ? until : `${until}: ${cause}`,
      }
    }
    case "HalfOpen":
      return isMain ? { ...event, action: "circuit_half_opened" } : undefined
    case "Closed":
      return isMain ? { ...event, action: "circuit_closed" } : undefined
  }
}
