/** The Messages API over HTTP. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { ConfigurationService } from "../../../configuration"
import { eventStream } from "../../wire/eventStream"
import { HttpTransport } from "../../wire/HttpTransport"
import { joinUrl } from "../../wire/joinUrl"
import { readBaseUrl, readSecret } from "../settings"
import { AnthropicClient } from "./AnthropicClient"

export const defaultBaseUrl = "https://api.anthropic.com"

/** The version of the API that the decoder was written against (Anthropic's "Versions" reference). */
const apiVersion = "2023-06-01"

/** `ANTHROPIC_API_KEY`, `ANTHROPIC_BASE_URL` (without `/v1`). */
export const AnthropicClientLive: Layer.Layer<AnthropicClient, never, ConfigurationService | HttpTransport> =
  Layer.effect(
    AnthropicClient,
    Effect.gen(function* () {
      const configuration = yield* ConfigurationService
      const transport = yield* HttpTransport
      return AnthropicClient.of({
        messages: (request) =>
          Stream.unwrap(
            Effect.gen(function* () {
              const key = yield* readSecret(configuration, "anthropic", "ANTHROPIC_API_KEY")
              const baseUrl = yield* readBaseUrl(configuration, "ANTHROPIC_BASE_URL", defaultBaseUrl)
              return eventStream(transport, {
                target: { provider: "anthropic", model: request.model },
                secrets: [key],
                keyName: "ANTHROPIC_API_KEY",
                request: {
                  method: "POST",
                  url: joinUrl(baseUrl, "/v1/messages"),
                  headers: {
                    accept: "text/event-stream",
                    "content-type": "application/json",
                    "anthropic-version": apiVersion,
                    "x-api-key": Redacted.value(key),
                  },
                  body: JSON.stringify(request),
                },
              })
            }),
          ),
      })
    }),
  )
