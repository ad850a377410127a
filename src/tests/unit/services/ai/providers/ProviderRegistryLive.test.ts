import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AIConfigurationError, ProviderRegistry, type Provider } from "@/services/ai/core"
import { ProviderRegistryLive } from "@/services/ai/providers"
import { HttpTransport, TransportError } from "@/services/ai/wire/HttpTransport"
import { ConfigurationService, type CompatibleEndpoint, type Values } from "@/services/configuration"
import { configurationOf } from "../../../../support/configuration"
import { fakeTransport, type FakeAnswer } from "../../../../support/fakeTransport"
import { promptOf } from "../../../../support/conversations"

const nobodyListens = new TransportError({ phase: "head", message: "ECONNREFUSED", cause: undefined })

const groq: CompatibleEndpoint = {
  kind: "openai-compatible",
  baseUrl: "https://api.groq.example/openai/v1",
  apiKeyEnv: "GROQ_API_KEY",
  label: "Groq",
  models: ["llama", "qwen"],
}

const registry = (
  values: Values = {},
  endpoints: Readonly<Record<string, CompatibleEndpoint>> = {},
  answer: FakeAnswer | TransportError = nobodyListens,
) => {
  const fake = fakeTransport(answer)
  const layer = ProviderRegistryLive.pipe(
    Layer.provideMerge(configurationOf(values, endpoints)),
    Layer.provide(Layer.succeed(HttpTransport, fake.transport)),
  )
  return { fake, layer }
}

const get = (key: string) => Effect.flatMap(ProviderRegistry, ({ get }) => get(key))
const availabilityOf = (key: string) => Effect.flatMap(get(key), (provider) => provider.availability)

describe("the registry of providers", () => {
  it.effect("holds the vendors, then the endpoints of the configuration, and the simulator last", () =>
    Effect.gen(function* () {
      const { all } = yield* ProviderRegistry
      expect((yield* all).map(({ key }) => key)).toEqual([
        "openai",
        "anthropic",
        "ollama",
        "groq",
        "simulator",
      ])
    }).pipe(Effect.provide(registry({}, { Groq: groq }).layer)),
  )

  it.effect.each(["openai", "OpenAI", " OPENAI "])("finds %j whatever its case", (key) =>
    Effect.gen(function* () {
      expect((yield* get(key)).key).toBe("openai")
    }).pipe(Effect.provide(registry().layer)),
  )

  it.effect("names an unknown key, and the keys there are", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(get("opnai"))
      expect(error).toBeInstanceOf(AIConfigurationError)
      expect(error.message).toContain('"opnai"')
      expect(error.message).toContain("openai, anthropic, ollama, simulator")
    }).pipe(Effect.provide(registry().layer)),
  )

  it.effect("gives each provider its own key, its models and its defaults", () =>
    Effect.gen(function* () {
      const { all } = yield* ProviderRegistry
      for (const provider of yield* all) {
        expect(provider.languageModel.provider).toBe(provider.key)
        expect(provider.models).toContain(provider.defaultModel)
        expect(provider.models).toContain(provider.fallbackModel)
      }
    }).pipe(Effect.provide(registry({}, { Groq: groq }).layer)),
  )

  const keys: ReadonlyArray<readonly [key: string, keyName: string]> = [
    ["openai", "OPENAI_API_KEY"],
    ["anthropic", "ANTHROPIC_API_KEY"],
    ["groq", "GROQ_API_KEY"],
  ]

  it.effect.each(keys)("knows without asking whether %s has its key %s", ([key, keyName]) =>
    Effect.gen(function* () {
      const missing = yield* Effect.provide(availabilityOf(key), registry({ [keyName]: " " }, { groq }).layer)
      expect(missing).toEqual({ _tag: "MissingKey", keyName })
      const ready = yield* Effect.provide(availabilityOf(key), registry({ [keyName]: "k" }, { groq }).layer)
      expect(ready).toEqual({ _tag: "Ready" })
    }),
  )

  it.effect("sees a key that is set later, without a restart", () =>
    Effect.gen(function* () {
      const provider = yield* get("openai")
      expect(yield* provider.availability).toEqual({ _tag: "MissingKey", keyName: "OPENAI_API_KEY" })
      const configuration = yield* ConfigurationService
      yield* configuration.set("OPENAI_API_KEY", "k")
      expect(yield* provider.availability).toEqual({ _tag: "Ready" })
    }).pipe(Effect.provide(registry().layer)),
  )

  const configuredModels: ReadonlyArray<readonly [key: string, keyName: string]> = [
    ["openai", "OPENAI_MODEL_NAME"],
    ["anthropic", "ANTHROPIC_MODEL_NAME"],
    ["ollama", "OLLAMA_MODEL_NAME"],
    ["my-groq.2", "MY_GROQ_2_MODEL_NAME"],
  ]

  it.effect.each(configuredModels)("reads the model of %s from %s", ([key, keyName]) =>
    Effect.gen(function* () {
      const { configuredModel } = yield* get(key)
      expect(yield* configuredModel).toBe("mine")
    }).pipe(Effect.provide(registry({ [keyName]: "mine" }, { "My-Groq.2": groq }).layer)),
  )

  it.effect("asks an endpoint that names no key without one", () =>
    Effect.gen(function* () {
      const { apiKeyEnv: _, ...keyless } = groq
      const { layer, fake } = registry({}, { local: keyless })
      yield* Effect.gen(function* () {
        const provider: Provider = yield* get("local")
        expect(yield* provider.availability).toEqual({ _tag: "Ready" })
        expect(provider).not.toHaveProperty("secretKeyName")
        yield* Effect.flip(
          provider.languageModel.generateText({ prompt: promptOf({ role: "user", content: "Hi" }) }),
        )
      }).pipe(Effect.provide(layer))
      const asked = fake.requests.find(({ method }) => method === "POST")
      expect(asked?.url).toBe("https://api.groq.example/openai/v1/chat/completions")
      expect(asked?.headers).not.toHaveProperty("authorization")
      expect(asked?.body).toContain('"model":"llama"')
    }),
  )

  it.effect("builds, and finds no Ollama, when nobody listens there", () =>
    Effect.gen(function* () {
      expect(yield* availabilityOf("ollama")).toMatchObject({ _tag: "NotFound", keyName: "OLLAMA_BASE_URL" })
    }).pipe(Effect.provide(registry().layer)),
  )

  it.effect("finds an Ollama that answers on loopback at start, and asks it once", () =>
    Effect.gen(function* () {
      const { layer, fake } = registry({}, {}, { status: 200 })
      yield* Effect.gen(function* () {
        const { availability } = yield* get("ollama")
        yield* Effect.yieldNow
        yield* Effect.repeat(Effect.yieldNow, { times: 20 })
        expect(yield* availability).toEqual({ _tag: "Ready" })
        expect(yield* availability).toEqual({ _tag: "Ready" })
      }).pipe(Effect.provide(layer))
      expect(fake.requests.map(({ url }) => url)).toEqual(["http://127.0.0.1:11434/api/version"])
    }),
  )

  it.effect.each([{ OLLAMA_BASE_URL: "http://gpu.example:11434" }, { OLLAMA_MODEL_NAME: "qwen3:4b" }])(
    "takes an Ollama that is configured for one that is there: %j",
    (values) =>
      Effect.gen(function* () {
        expect(yield* availabilityOf("ollama")).toEqual({ _tag: "Ready" })
      }).pipe(Effect.provide(registry(values).layer)),
  )

  const addresses: ReadonlyArray<readonly [key: string, values: Values, url: string]> = [
    ["openai", {}, "https://api.openai.com/v1/chat/completions"],
    ["openai", { OPENAI_BASE_URL: "http://proxy.example/v1/" }, "http://proxy.example/v1/chat/completions"],
    ["anthropic", {}, "https://api.anthropic.com/v1/messages"],
    ["anthropic", { ANTHROPIC_BASE_URL: "http://proxy.example" }, "http://proxy.example/v1/messages"],
    ["ollama", {}, "http://127.0.0.1:11434/v1/chat/completions"],
    ["ollama", { OLLAMA_BASE_URL: "http://gpu.example:1/" }, "http://gpu.example:1/v1/chat/completions"],
  ]

  it.effect.each(addresses)("asks %s, configured with %j, at %s", ([key, values, url]) =>
    Effect.gen(function* () {
      const secrets = { OPENAI_API_KEY: "k-openai", ANTHROPIC_API_KEY: "k-anthropic" }
      const { layer, fake } = registry({ ...secrets, ...values })
      const { languageModel } = yield* Effect.provide(get(key), layer)
      yield* Effect.flip(languageModel.generateText({ prompt: promptOf({ role: "user", content: "Hi" }) }))
      expect(fake.requests.find(({ method }) => method === "POST")?.url).toBe(url)
    }),
  )
})
