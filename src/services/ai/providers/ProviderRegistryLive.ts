/** The providers of this build by key: the vendors, the simulator, and the endpoints of the configuration file. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ConfigurationService } from "../../configuration"
import { AIConfigurationError } from "../core/AIConfigurationError"
import { ProviderRegistry, type Provider } from "../core/ProviderRegistry"
import type { HttpTransport } from "../wire/HttpTransport"
import { anthropicProvider } from "./anthropic/provider"
import { ollamaProvider } from "./ollama/provider"
import { compatibleProvider } from "./openai/compatibleProvider"
import { openaiProvider } from "./openai/provider"
import { asConfigurationError } from "./settings"
import { simulatorProvider } from "./simulator/provider"

export const ProviderRegistryLive: Layer.Layer<
  ProviderRegistry,
  never,
  ConfigurationService | HttpTransport
> = Layer.effect(
  ProviderRegistry,
  Effect.gen(function* () {
    const context = yield* Effect.context<ConfigurationService | HttpTransport>()
    const vendors: ReadonlyArray<Provider> = yield* Effect.all([
      openaiProvider,
      anthropicProvider,
      ollamaProvider,
    ])
    const simulator = yield* simulatorProvider
    const configuration = yield* ConfigurationService
    const compatible = configuration.endpoints.pipe(
      Effect.mapError(asConfigurationError),
      Effect.flatMap((endpoints) =>
        Effect.forEach(Object.entries(endpoints), ([name, endpoint]) => compatibleProvider(name, endpoint)),
      ),
      Effect.provideContext(context),
    )
    const all = Effect.map(compatible, (providers): ReadonlyArray<Provider> => [
      ...vendors,
      ...providers,
      simulator,
    ])
    // Endpoints cannot take their names, so that for these nothing of the configuration is read.
    const builtIns = new Map([...vendors, simulator].map((provider) => [provider.key, provider]))
    return ProviderRegistry.of({
      all,
      get: Effect.fnUntraced(function* (key) {
        const wanted = key.trim().toLowerCase()
        const builtIn = builtIns.get(wanted)
        if (builtIn !== undefined) return builtIn
        const providers = yield* all
        const provider = providers.find((candidate) => candidate.key === wanted)
        if (provider !== undefined) return provider
        const known = providers.map((candidate) => candidate.key).join(", ")
        return yield* new AIConfigurationError({
          message: `there is no provider "${key}"; there are ${known}`,
          provider: key,
        })
      }),
    })
  }),
)
