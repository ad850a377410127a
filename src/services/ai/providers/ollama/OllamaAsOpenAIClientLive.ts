/** Ollama behind the OpenAI client interface: its `/v1/chat/completions` speaks that dialect. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ConfigurationService } from "../../../configuration"
import { HttpTransport } from "../../wire/HttpTransport"
import { joinUrl } from "../../wire/joinUrl"
import type { OpenAIClientService } from "../openai/OpenAIClient"
import { makeClient } from "../openai/OpenAIClientLive"
import { readBaseUrl } from "../settings"

export class OllamaOpenAIClientTag extends Context.Service<OllamaOpenAIClientTag, OpenAIClientService>()(
  "OllamaOpenAIClient",
) {}

export const defaultBaseUrl = "http://127.0.0.1:11434"

/** `OLLAMA_BASE_URL`, without the `/v1`; needs no key. */
export const OllamaAsOpenAIClientLive: Layer.Layer<
  OllamaOpenAIClientTag,
  never,
  ConfigurationService | HttpTransport
> = Layer.effect(
  OllamaOpenAIClientTag,
  Effect.gen(function* () {
    const configuration = yield* ConfigurationService
    return makeClient(yield* HttpTransport, {
      provider: "ollama",
      baseUrl: Effect.map(readBaseUrl(configuration, "OLLAMA_BASE_URL", defaultBaseUrl), (url) =>
        joinUrl(url, "/v1"),
      ),
      key: Effect.succeed(undefined),
    })
  }),
)
