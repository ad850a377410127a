/** Ollama as an entry of the registry: there when it is configured, or when it answers on loopback at start. */
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
  hint: `no Ollama answered at ${defaultBaseUrl} at start`,
}

export const ollamaProvider = Effect.gen(function* () {
  const configuration = yield* ConfigurationService
  const languageModel = yield* Effect.provide(
    AgentLanguageModel,
    Layer.provide(OllamaAgentLanguageModelLive, OllamaAsOpenAIClientLive),
  )
  const answeredAtStart = yield* probe
  const configuredModel = readOptional(configuration, "OLLAMA_MODEL_NAME")
  return {
    key: "ollama",
    label: "Ollama",
    models: vendorModels.ollama.offered,
    languageModel,
    availability: Effect.gen(function* () {
      const baseUrl = yield* readOptional(configuration, "OLLAMA_BASE_URL")
      const configured = baseUrl !== undefined || (yield* configuredModel) !== undefined
      return configured || answeredAtStart() ? { _tag: "Ready" as const } : notFound
    }),
    configuredModel,
    defaultModel: vendorModels.ollama.default,
    fallbackModel: vendorModels.ollama.fallback,
  } satisfies Provider
})

/** Asks in the background, so that a missing Ollama delays nobody's start. */
const probe = Effect.gen(function* () {
  const transport = yield* HttpTransport
  let answered = false
  yield* transport.send({ method: "GET", url: joinUrl(defaultBaseUrl, "/api/version"), headers: {} }).pipe(
    Effect.map(({ status }) => {
      answered = status === 200
    }),
    Effect.scoped,
    Effect.timeout("2 seconds"),
    Effect.catch((cause) => Effect.logDebug(`no Ollama on this machine: ${cause.message}`)),
    Effect.forkScoped,
  )
  return () => answered
})
