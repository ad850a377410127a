/** An OpenAI-compatible endpoint of the configuration file as an entry of the registry. */
import * as Effect from "effect/Effect"
import { ConfigurationService, type CompatibleEndpoint } from "../../../configuration"
import type { Provider } from "../../core/ProviderRegistry"
import { HttpTransport } from "../../wire/HttpTransport"
import { keyAvailability, readKeyId, readOptional, readSecret } from "../settings"
import { makeLanguageModel } from "./OpenAIAgentLanguageModelLive"
import { makeClient } from "./OpenAIClientLive"

/** The setting that names an endpoint's model, e.g. `MY_GROQ_MODEL_NAME`. */
export const modelNameOf = (name: string): string =>
  `${name.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}_MODEL_NAME`

/** @param name the endpoint's name in the file, which is its key */
export const compatibleProvider = Effect.fnUntraced(function* (name: string, endpoint: CompatibleEndpoint) {
  const configuration = yield* ConfigurationService
  const key = name.toLowerCase()
  const secretKeyName = endpoint.apiKeyEnv
  const client = makeClient(yield* HttpTransport, {
    provider: key,
    baseUrl: Effect.succeed(endpoint.baseUrl),
    key:
      secretKeyName === undefined ? Effect.succeed(undefined) : readSecret(configuration, key, secretKeyName),
    ...(secretKeyName === undefined ? {} : { keyName: secretKeyName }),
  })
  const defaultModel = endpoint.models[0]
  return {
    key,
    label: endpoint.label ?? name,
    models: endpoint.models,
    languageModel: makeLanguageModel(client, {
      neverSendsFinishReason: endpoint.neverSendsFinishReason ?? false,
      defaultModel,
    }),
    ...(secretKeyName === undefined ? {} : { secretKeyName, keyId: readKeyId(configuration, secretKeyName) }),
    availability:
      secretKeyName === undefined
        ? Effect.succeed({ _tag: "Ready" })
        : keyAvailability(configuration, secretKeyName),
    configuredModel: readOptional(configuration, modelNameOf(name)),
    defaultModel,
    fallbackModel: defaultModel,
  } satisfies Provider
})
