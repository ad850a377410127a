/** A configuration made of plain values, as if they stood in the environment. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import {
  ConfigurationSources,
  layer,
  memorySettings,
  type CompatibleEndpoint,
  type ConfigurationService,
  type Values,
} from "@/services/configuration"
import type { ModelOverrides } from "@/services/ai/core/ModelFacts"
import type { AiPlan } from "@/services/ai/orchestration/AiPlan"

export const configurationOf = (
  values: Values,
  endpoints: Readonly<Record<string, CompatibleEndpoint>> = {},
  models: ModelOverrides = {},
  plans: Readonly<Record<string, AiPlan>> = {},
): Layer.Layer<ConfigurationService> =>
  Layer.provide(
    layer,
    Layer.effect(
      ConfigurationSources,
      Effect.map(memorySettings, (settings) => ({
        settings,
        others: [{ origin: "environment" as const, values: Effect.succeed(values) }],
        endpoints: Effect.succeed(endpoints),
        models: Effect.succeed(models),
        plans: Effect.succeed(plans),
      })),
    ),
  )
