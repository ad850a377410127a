/** The simulator as an entry of the registry. It is asked only when it is named. */
import * as Effect from "effect/Effect"
import type { Provider } from "../../core/ProviderRegistry"
import { modelNames } from "./script"
import { defaultModel, simulator } from "./SimulatorAgentLanguageModelLive"

export const simulatorProvider = Effect.succeed({
  key: "simulator",
  label: "Simulator",
  models: modelNames,
  languageModel: simulator,
  availability: Effect.succeed({ _tag: "Ready" }),
  configuredModel: Effect.succeed(undefined),
  defaultModel,
  fallbackModel: defaultModel,
} satisfies Provider)
