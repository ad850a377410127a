/** Which providers there are, whether each can be asked now, and how to reach it by key. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AIConfigurationError } from "./AIConfigurationError"
import type { AgentLanguageModelService } from "./AgentLanguageModel"

/** Whether a provider can be asked; `NotFound` is a local server that nothing points to and that did not answer. */
export const Availability = Schema.TaggedUnion({
  Ready: {},
  MissingKey: { keyName: Schema.String },
  NotFound: { keyName: Schema.String, hint: Schema.String },
})
export type Availability = typeof Availability.Type

export interface Provider {
  /** Lower case, e.g. `openai`. */
  readonly key: string
  readonly label: string
  /** The names to offer in a picker; any other name can be asked for too. */
  readonly models: ReadonlyArray<string>
  readonly languageModel: AgentLanguageModelService
  /** Read anew at every call, so that a mended key works without a restart. */
  readonly availability: Effect.Effect<Availability, AIConfigurationError>
  /** `${PROVIDER}_MODEL_NAME`, where it is set. */
  readonly configuredModel: Effect.Effect<string | undefined, AIConfigurationError>
  /** Asked when neither the request nor the configuration names a model. */
  readonly defaultModel: string
  /** The same, where the provider is a fallback: its cheap one. */
  readonly fallbackModel: string
  /** The configuration key that holds the provider's secret, where it has one. */
  readonly secretKeyName?: string
  /** Tells one secret from another without telling it; undefined while there is none. */
  readonly keyId?: Effect.Effect<string | undefined, AIConfigurationError>
}

export class ProviderRegistry extends Context.Service<
  ProviderRegistry,
  {
    /** Compares case-insensitively; an unknown key fails with an error that names it. */
    readonly get: (key: string) => Effect.Effect<Provider, AIConfigurationError>
    /** In the order of preference; the simulator, which is always ready, comes last. */
    readonly all: Effect.Effect<ReadonlyArray<Provider>, AIConfigurationError>
  }
>()("ProviderRegistry") {}

/** Whom to ask when nobody is preferred: the first provider that is ready. */
export const firstReady: Effect.Effect<Provider, AIConfigurationError, ProviderRegistry> = Effect.gen(
  function* () {
    const { all } = yield* ProviderRegistry
    for (const provider of yield* all) {
      if ((yield* provider.availability)._tag === "Ready") return provider
    }
    return yield* new AIConfigurationError({ message: "no provider is ready" })
  },
)
