/** What every vendor that needs a key has in common as an entry of the registry. */
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { ConfigurationService } from "../../configuration"
import { AgentLanguageModel } from "../core/AgentLanguageModel"
import { vendorModels } from "../core/models"
import type { Provider } from "../core/ProviderRegistry"
import type { HttpTransport } from "../wire/HttpTransport"
import { keyAvailability, readKeyId, readOptional } from "./settings"

interface Vendor {
  /** In lower case; its settings begin with it in upper case, e.g. `OPENAI_API_KEY`. */
  readonly key: "openai" | "anthropic"
  readonly label: string
  readonly languageModel: Layer.Layer<AgentLanguageModel, never, ConfigurationService | HttpTransport>
}

export const vendor = ({ key, label, languageModel }: Vendor) =>
  Effect.gen(function* () {
    const configuration = yield* ConfigurationService
    const prefix = key.toUpperCase()
    const secretKeyName = `${prefix}_API_KEY`
    const models = vendorModels[key]
    return {
      key,
      label,
      models: models.offered,
      languageModel: yield* Effect.provide(AgentLanguageModel, languageModel),
      secretKeyName,
      keyId: readKeyId(configuration, secretKeyName),
      availability: keyAvailability(configuration, secretKeyName),
      configuredModel: readOptional(configuration, `${prefix}_MODEL_NAME`),
      defaultModel: models.default,
      fallbackModel: models.fallback,
    } satisfies Provider
  })
