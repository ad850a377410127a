/** Plan events as telemetry: one more projection of the list. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { Action, TelemetryEvent, TelemetryService } from "../../telemetry/TelemetryService"
import type { AiError } from "../core/AgentLanguageModel"
import { nameOf, type PlanEvent, type PlanEventBody } from "./PlanEvent"
import { tapSome } from "./tapSome"

/** Telemetry is somebody's own service: where it breaks, its line is lost, and nothing else. */
export const unharmedBy = (track: () => Effect.Effect<void> | undefined): Effect.Effect<void> =>
  Effect.ignoreCause(
    Effect.suspend(() => track() ?? Effect.void),
    { log: "Warn", message: "telemetry broke" },
  )

/** Tells single events of the orchestrator; what is undefined is left out. */
export const tracking =
  ({ trackEvent }: TelemetryService["Service"]) =>
  (action: Action, label?: string, value?: string): Effect.Effect<void> =>
    unharmedBy(() =>
      trackEvent({
        category: "orchestrator",
        action,
        ...(label === undefined ? {} : { label }),
        ...(value === undefined ? {} : { value }),
      }),
    )

/** Undefined for what is not worth a line: the plan itself and the deltas. */
export const telemetryOf = (event: PlanEventBody): TelemetryEvent | undefined => {
  const category = "orchestrator"
  switch (event.type) {
    case "step-skipped":
      return { category, action: "step_skipped", label: event.provider, value: event.reason.message }
    case "attempt-started":
      return { category, action: "attempt_start", label: event.target.provider, value: event.target.model }
    case "answer-started":
      return { category, action: "answer_start", label: event.target.provider, value: event.target.model }
    case "answer-resumed":
      return { category, action: "answer_resumed", label: event.target.provider, value: event.target.model }
    case "answer-discarded":
      return { category, action: "answer_discarded", label: event.target.provider, value: event.target.model }
    case "attempt-failed":
      return { category, action: "attempt_error", label: errorLabel(event.error), value: event.target.model }
    case "retry-scheduled":
      return {
        category,
        action: "retry_scheduled",
        label: event.target.provider,
        value: Duration.format(event.delay),
      }
    case "target-switched":
      return { category, action: "target_switched", label: event.to.provider, value: nameOf(event.to) }
    case "plan-completed":
      return { category, action: "plan_completed", label: event.target.provider, value: event.target.model }
    case "plan-failed":
      return { category, action: "plan_failed", label: errorLabel(event.error) }
    default:
      return undefined
  }
}

/** Tells a run's events to telemetry as they pass. */
export const telling =
  ({ trackEvent }: TelemetryService["Service"]) =>
  <E, R>(events: Stream.Stream<PlanEvent, E, R>): Stream.Stream<PlanEvent, E, R> =>
    tapSome(events, (event) => {
      const told = telemetryOf(event)
      return told === undefined ? undefined : unharmedBy(() => trackEvent(told))
    })

export const errorLabel = (error: AiError): string =>
  error._tag === "AIProviderError" ? `${error.reason}: ${error.message}` : error.message
