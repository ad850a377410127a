/** Ollama as an entry of the registry: there when it is configured, or when it answers on loopback. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ConfigurationService } from "../../../configuration"
import { AgentLanguageModel } from "../../core/AgentLanguageModel"
import { vendorModels } from "../../core/models"
import type { Availability, Provider } from "../../core/ProviderRegistry"
import { HttpTransport } from "../../wire/HttpTransport"
import { joinUrl } from "../../wire/joinUrl"
import { readOptional } from "../settings"
import { OllamaAgentLanguageModelLive } from "./OllamaAgentLanguageModelLive"
import { defaultBaseUrl, OllamaAsOpenAIClientLive } from "./OllamaAsOpenAIClientLive"

const notFound: Availability = {
  _tag: "NotFound",
  keyName: "OLLAMA_BASE_URL",
  hint: `no Ollama answers at ${defaultBaseUrl}: start it with "ollama serve", or set OLLAMA_BASE_URL`,
}

export const ollamaProvider = Effect.gen(function* () {
  const configuration = yield* ConfigurationService
  const languageModel = yield* Effect.provide(
    AgentLanguageModel,
    Layer.provide(OllamaAgentLanguageModelLive, OllamaAsOpenAIClientLive),
  )
  const answers = yield* probe
  const configuredModel = readOptional(configuration, "OLLAMA_MODEL_NAME")
  return {
    key: "ollama",
    label: "Ollama",
    models: vendorModels.ollama.offered,
    languageModel,
    availability: Effect.gen(function* () {
      const baseUrl = yield* readOptional(configuration, "OLLAMA_BASE_URL")
      const configured = baseUrl !== undefined || (yield* configuredModel) !== undefined
      return configured || (yield* answers) ? { _tag: "Ready" as const } : notFound
    }),
    configuredModel,
    defaultModel: vendorModels.ollama.default,
    fallbackModel: vendorModels.ollama.fallback,
  } satisfies Provider
})

export const defaults = {
  /** How long a local server may take to say that it is there. */
  probeTimeout: Duration.millis(500),
  /** How long its answer counts, so that a list of providers does not ask it again and again. */
  probeValidity: Duration.seconds(5),
}

/** Whether an Ollama answers where one listens unless told otherwise. */
const probe = Effect.gen(function* () {
  const transport = yield* HttpTransport
  const ask = transport
    .send({ method: "GET", url: joinUrl(defaultBaseUrl, "/api/version"), headers: {} })
    .pipe(
      Effect.map(({ status }) => status === 200),
      Effect.scoped,
      Effect.timeout(defaults.probeTimeout),
      Effect.catch((cause) =>
        Effect.as(Effect.logDebug(`no Ollama on this machine: ${cause.message}`), false),
      ),
    )
  return yield* Effect.cachedWithTTL(ask, defaults.probeValidity)
})
