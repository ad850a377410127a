/** `effect/ai` models as providers of the registry, under names that the steps of a plan can use. */
import * as LanguageModel from "effect/ai/LanguageModel"
import * as Model from "effect/ai/Model"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { AIConfigurationError } from "../../core/AIConfigurationError"
import { ProviderRegistry, type Provider } from "../../core/ProviderRegistry"
import { fromEffectModel } from "./fromEffectModel"

/** What a model is called that does not say its name itself, as those of `effect/ai`'s `Model.make` do. */
export const defaultModelName = "default"

type Models<E, R> = Readonly<Record<string, Layer.Layer<LanguageModel.LanguageModel, E, R>>>

/**
 * The registry with these models in it, before the simulator. Each is built once and asked like any other provider: its
 * answers pass the strict guard and keep the limits of the step that names it. A name that the registry has is replaced.
 */
export function layerModels<const All extends Models<unknown, unknown>>(
  models: All,
): Layer.Layer<
  ProviderRegistry,
  Layer.Error<All[keyof All]>,
  ProviderRegistry | Layer.Services<All[keyof All]>
>
export function layerModels<E, R>(
  models: Models<E, R>,
): Layer.Layer<ProviderRegistry, E, ProviderRegistry | R> {
  return Layer.effect(
    ProviderRegistry,
    Effect.gen(function* () {
      const registry = yield* ProviderRegistry
      const added = yield* Effect.forEach(Object.entries(models), ([name, layer]) => providerOf(name, layer))
      const byKey = new Map(added.map((provider) => [provider.key, provider]))
      const all = Effect.map(registry.all, (others): ReadonlyArray<Provider> => {
        const kept = others.filter(({ key }) => !byKey.has(key))
        return [...kept.slice(0, -1), ...added, ...kept.slice(-1)]
      })
      return ProviderRegistry.of({
        all,
        get: (key) => {
          const mine = byKey.get(keyOf(key))
          if (mine !== undefined) return Effect.succeed(mine)
          return Effect.catch(registry.get(key), () => Effect.flatMap(all, unknownProvider(key)))
        },
      })
    }),
  )
}

const keyOf = (name: string): string => name.trim().toLowerCase()

const providerOf = <E, R>(name: string, layer: Layer.Layer<LanguageModel.LanguageModel, E, R>) =>
  Effect.map(Layer.build(layer), (context) => {
    const key = keyOf(name)
    const model = Option.getOrElse(Context.getOption(context, Model.ModelName), () => defaultModelName)
    return {
      key,
      label: name.trim(),
      models: [model],
      languageModel: fromEffectModel(
        { provider: key, model },
        Context.get(context, LanguageModel.LanguageModel),
      ),
      availability: Effect.succeed({ _tag: "Ready" }),
      configuredModel: Effect.succeed(undefined),
      defaultModel: model,
      fallbackModel: model,
    } satisfies Provider
  })

const unknownProvider =
  (key: string) =>
  (known: ReadonlyArray<Provider>): Effect.Effect<never, AIConfigurationError> =>
    Effect.fail(
      new AIConfigurationError({
        message: `there is no provider "${key}"; there are ${known.map((provider) => provider.key).join(", ")}`,
        provider: key,
      }),
    )
