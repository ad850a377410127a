/** The composition root: every service of this folder, wired. A platform puts its own layers under it. */
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import type { AgentLanguageModel } from "./ai/core/AgentLanguageModel"
import type { ProviderRegistry } from "./ai/core/ProviderRegistry"
import {
  ChatOrchestratorServiceLive,
  PlanLanguageModelsLive,
  PlanRunnerLive,
  TargetHealthLive,
  type ChatOrchestratorService,
  type PlanLanguageModels,
  type PlanRunner,
  type TargetHealth,
} from "./ai/orchestration"
import { defaultLanguageModel } from "./ai/providers/defaultLanguageModel"
import { layerMemoryStores, type HealthStores } from "./ai/orchestration/health/TargetHealthLive"
import { ProviderRegistryLive } from "./ai/providers"
import { type HttpTransport, layerHttpClient } from "./ai/wire/HttpTransport"
import { ConfigurationServiceLive, type ConfigurationService } from "./configuration"
import { ChangeFeedLive, type ChangeFeed } from "./conversations/ChangeFeed"
import type { ConversationArchive } from "./conversations/archive/ConversationArchive"
import { ConversationArchiveLive } from "./conversations/archive/ConversationArchiveLive"
import type { ConversationService } from "./conversations/ConversationService"
import { ConversationServiceLive } from "./conversations/ConversationServiceLive"
import type { ConversationStore } from "./conversations/ConversationStore"
import { layerMemoryStore } from "./conversations/memoryStore"
import type { RunKeeper } from "./conversations/RunKeeper"
import { OtlpLive, TelemetryServiceLive, type TelemetryService } from "./telemetry"

/** What stands above configuration, telemetry, transport and stores, whichever layers these are. */
export const AiLayerOverStores: Layer.Layer<
  AiServices,
  never,
  ConfigurationService | HealthStores | HttpTransport | TelemetryService
> = Layer.mergeAll(ChatOrchestratorServiceLive, PlanLanguageModelsLive, defaultLanguageModel).pipe(
  Layer.provideMerge(PlanRunnerLive),
  Layer.provideMerge(TargetHealthLive),
  Layer.provideMerge(ProviderRegistryLive),
)

/** The same with its stores in memory. */
export const AiLayer: Layer.Layer<
  AiServices,
  never,
  ConfigurationService | HttpTransport | TelemetryService
> = Layer.provide(AiLayerOverStores, layerMemoryStores)

/** Chats over whichever store is below; runs that an earlier process left are gone on with. */
export const ConversationsLayer: Layer.Layer<
  ConversationServices,
  never,
  ChatOrchestratorService | ConversationStore | PlanRunner
> = Layer.merge(ConversationServiceLive, ConversationArchiveLive).pipe(Layer.provideMerge(ChangeFeedLive))

export type ConversationServices = ChangeFeed | ConversationArchive | ConversationService | RunKeeper

export type AiServices =
  | AgentLanguageModel
  | ChatOrchestratorService
  | PlanLanguageModels
  | PlanRunner
  | ProviderRegistry
  | TargetHealth

export type AppServices =
  | AiServices
  | ConfigurationService
  | ConversationServices
  | ConversationStore
  | HttpClient.HttpClient
  | HttpTransport
  | TelemetryService

/**
 * Requires nothing and builds with nothing configured: environment, console (standard error), `fetch`, and chats that are
 * kept in memory.
 */
export const FullAppLayer: Layer.Layer<AppServices> = ConversationsLayer.pipe(
  Layer.provideMerge(layerMemoryStore),
  Layer.provideMerge(AiLayer),
  Layer.provideMerge(layerHttpClient),
  Layer.provideMerge(OtlpLive),
  Layer.provideMerge(FetchHttpClient.layer),
  Layer.provideMerge(Layer.merge(ConfigurationServiceLive, TelemetryServiceLive)),
  Layer.provideMerge(Layer.succeed(Logger.LogToStderr, true)),
)

let mainRuntime: ManagedRuntime.ManagedRuntime<AppServices, never> | undefined

/** The process's one runtime over `FullAppLayer`; built at the first use. */
export const getMainRuntime = (): ManagedRuntime.ManagedRuntime<AppServices, never> =>
  (mainRuntime ??= ManagedRuntime.make(FullAppLayer))
