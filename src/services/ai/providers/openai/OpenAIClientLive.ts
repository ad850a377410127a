/** Chat Completions over HTTP, for OpenAI and for any endpoint that speaks its dialect. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { AIConfigurationError } from "../../core/AIConfigurationError"
import { ConfigurationService } from "../../../configuration"
import { eventStream } from "../../wire/eventStream"
import { HttpTransport } from "../../wire/HttpTransport"
import { joinUrl } from "../../wire/joinUrl"
import { readBaseUrl, readSecret } from "../settings"
import { OpenAIClient, type OpenAIClientService } from "./OpenAIClient"

export interface Endpoint {
  readonly provider: string
  /** Includes the version, e.g. `https://api.openai.com/v1`. */
  readonly baseUrl: Effect.Effect<string, AIConfigurationError>
  readonly key: Effect.Effect<Redacted.Redacted<string> | undefined, AIConfigurationError>
  /** The configuration key that holds it. */
  readonly keyName?: string
}

export const makeClient = (transport: HttpTransport["Service"], endpoint: Endpoint): OpenAIClientService => ({
  provider: endpoint.provider,
  chatCompletions: (request) =>
    Stream.unwrap(
      Effect.gen(function* () {
        const key = yield* endpoint.key
        return eventStream(transport, {
          target: { provider: endpoint.provider, model: request.model },
          secrets: key === undefined ? [] : [key],
          ...(endpoint.keyName === undefined ? {} : { keyName: endpoint.keyName }),
          request: {
            method: "POST",
            url: joinUrl(yield* endpoint.baseUrl, "/chat/completions"),
            headers: {
              accept: "text/event-stream",
              "content-type": "application/json",
              ...(key === undefined ? {} : { authorization: `Bearer ${Redacted.value(key)}` }),
            },
            body: JSON.stringify(request),
          },
        })
      }),
    ),
})

export const defaultBaseUrl = "https://api.openai.com/v1"

/** `OPENAI_API_KEY`, `OPENAI_BASE_URL`. */
export const OpenAIClientLive: Layer.Layer<OpenAIClient, never, ConfigurationService | HttpTransport> =
  Layer.effect(
    OpenAIClient,
    Effect.gen(function* () {
      const configuration = yield* ConfigurationService
      return makeClient(yield* HttpTransport, {
        provider: "openai",
        baseUrl: readBaseUrl(configuration, "OPENAI_BASE_URL", defaultBaseUrl),
        key: readSecret(configuration, "openai", "OPENAI_API_KEY"),
        keyName: "OPENAI_API_KEY",
      })
    }),
  )
