/** What happened, as events with a fixed catalogue of names. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as LogLevel from "effect/LogLevel"

/** Every action there is, with the level at which it is logged. */
export const actions = {
  get_resolved_model_start: "Info",
  get_resolved_model_success: "Info",
  get_resolved_model_unknown_provider: "Error",
  stream_conversation_start: "Info",
  stream_conversation_error_final: "Error",
  stream_conversation_error_unwrap: "Error",
  generate_conversation_start: "Info",
  generate_conversation_error: "Error",
  ai_plan_built_successfully: "Info",
  ai_plan_build_error: "Error",
  run_resumed: "Warn",
  step_skipped: "Info",
  attempt_start: "Info",
  answer_start: "Info",
  answer_resumed: "Warn",
  answer_discarded: "Warn",
  attempt_error: "Warn",
  retry_scheduled: "Info",
  target_switched: "Warn",
  plan_completed: "Info",
  plan_failed: "Error",
  circuit_opened: "Warn",
  circuit_half_opened: "Info",
  circuit_closed: "Info",
  target_cooled: "Warn",
} as const satisfies Record<string, LogLevel.Severity>

export type Action = keyof typeof actions

export interface TelemetryEvent {
  readonly category: "orchestrator"
  readonly action: Action
  /** The provider's key, the target's name, or the error. */
  readonly label?: string
  /** The model, the wait, or until when and why. */
  readonly value?: string
}

export class TelemetryService extends Context.Service<
  TelemetryService,
  { readonly trackEvent: (event: TelemetryEvent) => Effect.Effect<void> }
>()("TelemetryService") {}

/** One readable line an event through Effect's logger: the console, and OTLP logs where they are exported. */
export const TelemetryServiceLive: Layer.Layer<TelemetryService> = Layer.succeed(
  TelemetryService,
  TelemetryService.of({
    trackEvent: ({ category, action, label, value }) =>
      Effect.logWithLevel(actions[action])(
        [`[${category}]`, action, label, value].filter((part) => part !== undefined).join(" "),
      ),
  }),
)
