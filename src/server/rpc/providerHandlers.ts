/** Answers the page's calls about providers, and its turns that nobody keeps. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { ProviderRpcs, type ProviderInfo } from "@/rpc/CommanderRpcs"
import {
  AIConfigurationError,
  AIProviderError,
  ProviderRegistry,
  toPrompt,
  type Provider,
} from "@/services/ai/core"
import { asConfigurationError } from "@/services/ai/providers/settings"
import { ChatOrchestratorService, TargetHealth } from "@/services/ai/orchestration"
import { ConfigurationService } from "@/services/configuration"

export const defaults = {
  /** How long the test of a provider may take. */
  testLimit: Duration.seconds(20),
}

export const providerHandlers = ProviderRpcs.toLayer(
  Effect.gen(function* () {
    const orchestrator = yield* ChatOrchestratorService
    const registry = yield* ProviderRegistry
    const configuration = yield* ConfigurationService
    const health = yield* TargetHealth

    const toInfo = Effect.fnUntraced(function* (provider: Provider) {
      const { key, label, models, secretKeyName } = provider
      const origin =
        secretKeyName === undefined
          ? undefined
          : yield* Effect.mapError(configuration.originOf(secretKeyName), asConfigurationError)
      const info: ProviderInfo = {
        key,
        label,
        models,
        defaultModel: (yield* provider.configuredModel) ?? provider.defaultModel,
        availability: yield* provider.availability,
        ...(secretKeyName === undefined
          ? {}
          : { secret: { keyName: secretKeyName, ...(origin === undefined ? {} : { origin }) } }),
      }
      return info
    })

    /** Only the keys of providers can be written: nothing else of the configuration is the page's business. */
    const checkName = Effect.fnUntraced(function* (keyName: string) {
      const providers = yield* registry.all
      if (providers.some(({ secretKeyName }) => secretKeyName === keyName)) return
      return yield* new AIConfigurationError({ message: `${keyName} is not the key of a provider`, keyName })
    })

    return ProviderRpcs.of({
      RunPlan: (request) => orchestrator.runPlan(request),
      ListProviders: () => Effect.flatMap(registry.all, (providers) => Effect.forEach(providers, toInfo)),
      ListHealth: () => health.reports,
      SetSecret: Effect.fnUntraced(function* ({ keyName, value }) {
        yield* checkName(keyName)
        const secret = Redacted.value(value).trim()
        if (secret === "") {
          return yield* new AIConfigurationError({ message: `${keyName} cannot be set to nothing`, keyName })
        }
        yield* Effect.mapError(configuration.set(keyName, Redacted.make(secret)), asConfigurationError)
      }),
      DeleteSecret: ({ keyName }) =>
        Effect.andThen(
          checkName(keyName),
          Effect.mapError(configuration.delete(keyName), asConfigurationError),
        ),
      TestProvider: Effect.fnUntraced(function* ({ key }) {
        const provider = yield* registry.get(key)
        const model = (yield* provider.configuredModel) ?? provider.defaultModel
        yield* provider.languageModel.streamText({ prompt: testPrompt, model }).pipe(
          Stream.runDrain,
          Effect.timeoutOrElse({
            duration: defaults.testLimit,
            orElse: () => Effect.fail(silent(provider)),
          }),
        )
        return { model }
      }),
    })
  }),
)

const testPrompt = toPrompt([{ role: "user", content: "Answer with the one word: ready" }])

const silent = ({ key, label }: Provider): AIProviderError =>
  AIProviderError.of({
    provider: key,
    reason: "NoFirstPart",
    message: `${label} did not finish an answer within ${Duration.format(defaults.testLimit)}`,
  })
