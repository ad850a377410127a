/** The catalogue of actions, and the line that each event becomes. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import {
  actions,
  TelemetryService,
  TelemetryServiceLive,
  type Action,
  type TelemetryEvent,
} from "@/services/telemetry"

const logged = (events: ReadonlyArray<TelemetryEvent>, level: "Trace" | "Info" = "Trace") =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => {
      lines.push(`${logLevel} ${Array.isArray(message) ? message.join(" ") : String(message)}`)
    })
    yield* Effect.flatMap(TelemetryService, ({ trackEvent }) => Effect.forEach(events, trackEvent)).pipe(
      Effect.provide([
        TelemetryServiceLive,
        Logger.layer([logger]),
        Layer.succeed(References.MinimumLogLevel, level),
      ]),
    )
    return lines
  })

/** Asked for by name (docs/requirements.md). */
const requested: ReadonlyArray<Action> = [
  "get_resolved_model_start",
  "get_resolved_model_success",
  "get_resolved_model_unknown_provider",
  "stream_conversation_start",
  "ai_plan_built_successfully",
  "ai_plan_build_error",
  "stream_conversation_error_final",
  "stream_conversation_error_unwrap",
  "generate_conversation_start",
  "generate_conversation_error",
]

describe("TelemetryServiceLive", () => {
  it("knows every requested action", () => assert.containsAllKeys(actions, [...requested]))

  it.effect("writes one line an event: category, action, label, value", () =>
    Effect.gen(function* () {
      const category = "orchestrator"
      assert.deepStrictEqual(
        yield* logged([
          { category, action: "attempt_start", label: "openai", value: "gpt-5.4" },
          { category, action: "plan_failed", label: "ServerError: openai answered 500" },
          { category, action: "attempt_error" },
        ]),
        [
          "Info [orchestrator] attempt_start openai gpt-5.4",
          "Error [orchestrator] plan_failed ServerError: openai answered 500",
          "Warn [orchestrator] attempt_error",
        ],
      )
    }),
  )

  it.effect("at the usual level, every event is seen with the weight it has", () =>
    Effect.gen(function* () {
      const seen = yield* logged(
        (["get_resolved_model_start", "attempt_error", "target_switched", "plan_failed"] as const).map(
          (action) => ({
            category: "orchestrator",
            action,
          }),
        ),
        "Info",
      )
      assert.deepStrictEqual(seen, [
        "Info [orchestrator] get_resolved_model_start",
        "Warn [orchestrator] attempt_error",
        "Warn [orchestrator] target_switched",
        "Error [orchestrator] plan_failed",
      ])
    }),
  )
})
