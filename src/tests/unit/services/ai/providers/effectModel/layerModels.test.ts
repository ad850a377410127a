import { assert, describe, it } from "@effect/vitest"
import type * as LanguageModel from "effect/ai/LanguageModel"
import * as Model from "effect/ai/Model"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AIConfigurationError, ProviderRegistry } from "@/services/ai/core"
import { layerModels, ProviderRegistryLive } from "@/services/ai/providers"
import { HttpTransport, TransportError } from "@/services/ai/wire/HttpTransport"
import { configurationOf } from "@/tests/support/configuration"
import { promptOf } from "@/tests/support/conversations"
import { fakeTransport } from "@/tests/support/fakeTransport"
import { says, scriptedModel } from "@/tests/support/scriptedModel"

const transport = fakeTransport(
  new TransportError({ phase: "head", message: "ECONNREFUSED", cause: undefined }),
)
const registry = ProviderRegistryLive.pipe(
  Layer.provide(configurationOf({})),
  Layer.provide(Layer.succeed(HttpTransport, transport.transport)),
)

const model = (answer: string) => scriptedModel({ streamText: () => says(answer) }).layer
const over = <E, R>(added: Layer.Layer<ProviderRegistry, E, ProviderRegistry | R>) =>
  Layer.provide(added, registry)

describe("the registry with models of one's own", () => {
  it.effect("has them before the simulator, ready, under their names in lower case", () =>
    Effect.gen(function* () {
      const { all, get } = yield* ProviderRegistry
      assert.deepStrictEqual(
        (yield* all).map(({ key }) => key),
        ["openai", "anthropic", "ollama", "house", "other", "simulator"],
      )
      const house = yield* get(" House ")
      assert.strictEqual(house.label, "House")
      assert.deepStrictEqual(yield* house.availability, { _tag: "Ready" })
      assert.isUndefined(yield* house.configuredModel)
      assert.deepStrictEqual(house.models, [house.defaultModel])
      assert.strictEqual(house.fallbackModel, house.defaultModel)
    }).pipe(Effect.provide(over(layerModels({ House: model("a"), other: model("b") })))),
  )

  it.effect("asks each its own model", () =>
    Effect.gen(function* () {
      const { get } = yield* ProviderRegistry
      for (const [key, answer] of [
        ["house", "a"],
        ["other", "b"],
      ] as const) {
        const { languageModel } = yield* get(key)
        const { text } = yield* languageModel.generateText({
          prompt: promptOf({ role: "user", content: "Hi" }),
        })
        assert.strictEqual(text, answer)
        assert.strictEqual(languageModel.provider, key)
      }
    }).pipe(Effect.provide(over(layerModels({ House: model("a"), other: model("b") })))),
  )

  it.effect("takes the place of a provider that has the same name", () =>
    Effect.gen(function* () {
      const { all, get } = yield* ProviderRegistry
      assert.strictEqual((yield* get("openai")).label, "OpenAI")
      assert.deepStrictEqual(yield* (yield* get("openai")).availability, { _tag: "Ready" })
      assert.deepStrictEqual(
        (yield* all).map(({ key }) => key),
        ["anthropic", "ollama", "openai", "simulator"],
      )
    }).pipe(Effect.provide(over(layerModels({ OpenAI: model("a") })))),
  )

  it.effect("calls a model as it calls itself", () =>
    Effect.gen(function* () {
      const { get } = yield* ProviderRegistry
      assert.strictEqual((yield* get("named")).defaultModel, "gpt-5.2")
      assert.strictEqual((yield* get("nameless")).defaultModel, "default")
    }).pipe(
      Effect.provide(
        over(layerModels({ named: Model.make("openai", "gpt-5.2", model("a")), nameless: model("b") })),
      ),
    ),
  )

  it.effect("names all that there are to whoever asks for another", () =>
    Effect.gen(function* () {
      const { get } = yield* ProviderRegistry
      const error = yield* Effect.flip(get("huose"))
      assert.instanceOf(error, AIConfigurationError)
      assert.include(error.message, '"huose"')
      assert.include(error.message, "openai, anthropic, ollama, house, simulator")
    }).pipe(Effect.provide(over(layerModels({ house: model("a") })))),
  )

  it.effect("is built with what its models need, once, and fails with them", () =>
    Effect.gen(function* () {
      class Weights extends Context.Service<Weights, string>()("Weights") {}
      class Licence extends Context.Service<Licence, string>()("Licence") {}
      let built = 0
      const needing: Layer.Layer<LanguageModel.LanguageModel, "no licence", Weights> = Layer.unwrap(
        Effect.map(Weights, () => {
          built += 1
          return model("a")
        }),
      )
      const failing: Layer.Layer<LanguageModel.LanguageModel, "no weights", Licence> = Layer.unwrap(
        Effect.flatMap(Licence, () => Effect.fail("no weights" as const)),
      )
      const needs = layerModels({ needing })
      needs satisfies Layer.Layer<ProviderRegistry, "no licence", ProviderRegistry | Weights>
      const context = yield* Effect.scoped(
        Layer.build(over(needs).pipe(Layer.provide(Layer.succeed(Weights, "w")))),
      )
      const { get } = Context.get(context, ProviderRegistry)
      yield* get("needing")
      yield* get("needing")
      assert.strictEqual(built, 1)

      const both = layerModels({ needing, failing })
      const error = yield* Effect.flip(
        Effect.scoped(
          Layer.build(
            over(both).pipe(Layer.provide([Layer.succeed(Weights, "w"), Layer.succeed(Licence, "l")])),
          ),
        ),
      )
      assert.strictEqual(error, "no weights")
    }),
  )
})
