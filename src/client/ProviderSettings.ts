/** What the page may do with providers: see them and their health, write and delete their keys, test them. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { AiError } from "@/services/ai/core/AgentLanguageModel"
import type { HealthReport } from "@/services/ai/orchestration/health/TargetHealth"
import type { ProviderInfo } from "@/rpc/CommanderRpcs"

export class ProviderSettings extends Context.Service<
  ProviderSettings,
  {
    readonly list: Effect.Effect<ReadonlyArray<ProviderInfo>, AiError>
    /** Of each target that was asked since the server began. */
    readonly health: Effect.Effect<ReadonlyArray<HealthReport>, AiError>
    readonly setSecret: (keyName: string, value: Redacted.Redacted<string>) => Effect.Effect<void, AiError>
    readonly deleteSecret: (keyName: string) => Effect.Effect<void, AiError>
    /** Succeeds with the model that answered. */
    readonly test: (providerKey: string) => Effect.Effect<string, AiError>
  }
>()("ProviderSettings") {}
