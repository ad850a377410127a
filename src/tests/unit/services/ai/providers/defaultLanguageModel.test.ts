import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AgentLanguageModel } from "@/services/ai/core"
import { ProviderRegistryLive } from "@/services/ai/providers"
import { defaultLanguageModel } from "@/services/ai/providers/defaultLanguageModel"
import { HttpTransport, TransportError } from "@/services/ai/wire/HttpTransport"
import type { Values } from "@/services/configuration"
import { configurationOf } from "../../../../support/configuration"
import { promptOf } from "../../../../support/conversations"
import { fakeTransport } from "../../../../support/fakeTransport"

const prompt = promptOf({ role: "user", content: "Hi" })

const ask = (values: Values, model?: string) =>
  Effect.gen(function* () {
    const fake = fakeTransport(new TransportError({ phase: "head", message: "no", cause: undefined }))
    const layer = defaultLanguageModel.pipe(
      Layer.provide(ProviderRegistryLive),
      Layer.provide(configurationOf(values)),
      Layer.provide(Layer.succeed(HttpTransport, fake.transport)),
    )
    const exit = yield* Effect.gen(function* () {
      const languageModel = yield* AgentLanguageModel
      return yield* languageModel.generateText({ prompt, ...(model === undefined ? {} : { model }) })
    }).pipe(Effect.provide(layer), Effect.result)
    const asked = fake.requests.find(({ method }) => method === "POST")
    return { exit, url: asked?.url, body: asked?.body ?? "" }
  })

describe("the default language model", () => {
  it.live("is the simulator when no vendor can be asked", () =>
    Effect.gen(function* () {
      const { exit, url } = yield* ask({}, "instant")
      expect(url).toBeUndefined()
      expect(exit).toMatchObject({ _tag: "Success", success: { finishReason: "stop" } })
    }),
  )

  it.live("is the first vendor that has a key", () =>
    Effect.gen(function* () {
      expect((yield* ask({ ANTHROPIC_API_KEY: "k" })).url).toContain("anthropic")
      expect((yield* ask({ ANTHROPIC_API_KEY: "k", OPENAI_API_KEY: "k" })).url).toContain("openai")
    }),
  )

  it.live("asks for the model of the request, else the configured one, else the provider's", () =>
    Effect.gen(function* () {
      const values = { OPENAI_API_KEY: "k", OPENAI_MODEL_NAME: "configured" }
      expect((yield* ask(values, "named")).body).toContain('"model":"named"')
      expect((yield* ask(values)).body).toContain('"model":"configured"')
      expect((yield* ask({ OPENAI_API_KEY: "k" })).body).toContain('"model":"gpt-5.4"')
    }),
  )
})
