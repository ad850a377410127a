/** The contract against `@copilotkit/aimock`: somebody else's idea of the vendors' dialects, over real HTTP. */
import { LLMock } from "@copilotkit/aimock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import {
  allScenarios,
  providerContract,
  type ProviderHarness,
  type Scenario,
  type Upstream,
} from "./providerContract"
import { fetchTransport } from "./transports"
import { anthropic, ollama, openai, type Vendor } from "./vendors"

const text = "Zürich ist schön 👩‍🚀: Gruß\naus der Stadt."

/** In both dialects' names: aimock hands them on as they are. */
const usage = { prompt_tokens: 12, completion_tokens: 9, input_tokens: 12, output_tokens: 9 }

const refusal = (status: number, message: string, type: string, code: string) => ({
  error: { message, type, code },
  status,
  retryAfter: 7,
})

/** It closes the socket of a cut answer before the head was sent, so `cut` and `hang` are left to the recorded streams. */
const scenarios = allScenarios.filter((scenario) => scenario !== "cut" && scenario !== "hang")

const script = (mock: LLMock, contentFilter: string): LLMock =>
  mock
    .onMessage(/^text$/, { content: text, usage })
    .onMessage(/^length$/, { content: "Zürich ist", usage, finishReason: "length" })
    .onMessage(/^content-filter$/, { content: "Z", usage, finishReason: contentFilter })
    .onMessage(/^tool-calls$/, {
      toolCalls: [
        { name: "weather", arguments: '{"city":"Zürich"}' },
        { name: "weather", arguments: '{"city":"Bern"}' },
      ],
      usage,
    })
    .onMessage(/^refuses-key$/, refusal(401, "invalid key", "authentication_error", "invalid_api_key"))
    .onMessage(
      /^rate-limited$/,
      refusal(429, "Rate limit reached", "rate_limit_error", "rate_limit_exceeded"),
    )
    .onMessage(/^server-error$/, refusal(500, "Internal server error", "api_error", "internal_error"))
    .onMessage(/^overloaded$/, refusal(503, "Overloaded", "overloaded_error", "overloaded"))
    .onMessage(
      /^context-too-long$/,
      refusal(400, "prompt is too long", "invalid_request_error", "context_length_exceeded"),
    )

const start =
  (vendor: Vendor, contentFilter: string) =>
  (scenario: Scenario): Effect.Effect<Upstream, never, Scope.Scope> =>
    Effect.gen(function* () {
      const mock = script(new LLMock({ port: 0, host: "127.0.0.1", logLevel: "silent" }), contentFilter)
      yield* Effect.acquireRelease(
        Effect.promise(() => mock.start()),
        () => Effect.promise(() => mock.stop()),
      )
      return {
        ...vendor.configuredFor(mock.url),
        question: scenario,
        requests: () => mock.getRequests().flatMap(({ method, body }) => (method === "POST" ? [body] : [])),
      }
    })

/** What its journal holds is its own, OpenAI-shaped view of the request, so the options are asserted on OpenAI's. */
const aimock = (vendor: Vendor, contentFilter = "content_filter"): ProviderHarness => ({
  upstreamName: "aimock",
  providerKey: vendor.providerKey,
  model: vendor.model,
  ...(vendor.secret === undefined ? {} : { secret: vendor.secret }),
  transport: fetchTransport.layer,
  scenarios: new Set(scenarios),
  start: start(vendor, contentFilter),
  expected: {
    text,
    usage: { input: 12, output: 9 },
    status: { serverError: 500, overloaded: 503 },
    ...(vendor === anthropic ? {} : { options: vendor.options }),
  },
})

providerContract(aimock(openai))
providerContract(aimock(anthropic, "refusal"))
providerContract(aimock(ollama))
