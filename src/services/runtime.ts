/** The composition root: every service of this folder, wired. A platform puts its own layers under it. */
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import type { AgentLanguageModel } from "./ai/core/AgentLanguageModel"
import type { ProviderRegistry } from "./ai/core/ProviderRegistry"
import { ChatOrchestratorServiceLive, type ChatOrchestratorService } from "./ai/orchestration"
import { defaultLanguageModel } from "./ai/providers/defaultLanguageModel"
import { ProviderRegistryLive } from "./ai/providers"
import { type HttpTransport, layerHttpClient } from "./ai/wire/HttpTransport"
import { ConfigurationServiceLive, type ConfigurationService } from "./configuration"
import { OtlpLive, TelemetryServiceLive, type TelemetryService } from "./telemetry"

/** What stands above configuration, telemetry and transport, whichever layers these are. */
export const AiLayer: Layer.Layer<
  AgentLanguageModel | ChatOrchestratorService | ProviderRegistry,
  never,
  ConfigurationService | HttpTransport | TelemetryService
> = Layer.mergeAll(ChatOrchestratorServiceLive, defaultLanguageModel).pipe(
  Layer.provideMerge(ProviderRegistryLive),
)

export type AppServices =
  | AgentLanguageModel
  | ChatOrchestratorService
  | ConfigurationService
  | HttpClient.HttpClient
  | HttpTransport
  | ProviderRegistry
  | TelemetryService

/** Requires nothing and builds with nothing configured: environment, console (standard error) and `fetch`. */
export const FullAppLayer: Layer.Layer<AppServices> = AiLayer.pipe(
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
