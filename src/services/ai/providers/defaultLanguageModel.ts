/** The bare `AgentLanguageModel` tag: the first vendor that can be asked, else the simulator. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { AgentLanguageModel } from "../core/AgentLanguageModel"
import { firstReady, ProviderRegistry, type Provider } from "../core/ProviderRegistry"

export const defaultLanguageModel: Layer.Layer<AgentLanguageModel, never, ProviderRegistry> = Layer.effect(
  AgentLanguageModel,
  Effect.gen(function* () {
    const registry = yield* ProviderRegistry
    const choose = Effect.provideService(firstReady, ProviderRegistry, registry)
    const modelOf = (provider: Provider, model: string | undefined) =>
      Effect.map(provider.configuredModel, (configured) => model ?? configured ?? provider.defaultModel)
    return AgentLanguageModel.of({
      provider: "default",
      streamText: (options) =>
        Stream.unwrap(
          Effect.gen(function* () {
            const provider = yield* choose
            return provider.languageModel.streamText({
              ...options,
              model: yield* modelOf(provider, options.model),
            })
          }),
        ),
      generateText: Effect.fnUntraced(function* (options) {
        const provider = yield* choose
        return yield* provider.languageModel.generateText({
          ...options,
          model: yield* modelOf(provider, options.model),
        })
      }),
    })
  }),
)
