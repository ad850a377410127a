/** The services of a Node process: files for configuration, undici for transport, the console for telemetry. */
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import {
  layer as configurationLayer,
  type ConfigurationService,
  type ConfigurationSources,
} from "@/services/configuration"
import type { ConversationStore } from "@/services/conversations/ConversationStore"
import { RunSettings } from "@/services/conversations/RunSettings"
import { AiLayerOverStores, ConversationsLayer } from "@/services/runtime"
import { OtlpLive, TelemetryServiceLive } from "@/services/telemetry"
import { layerSources, type Places } from "./configurationFiles"
import { readRunSettings } from "./settings"
import { layerStores } from "./store/healthStores"
import { layerUndici } from "./transport"

/**
 * @param logging loggers and their level; below the services, so that what these say while they are built is logged alike
 */
export const layerFor = <E = never, R = never>(
  places: Places,
  logging: Layer.Layer<never, E, R | ConfigurationService> = Layer.empty,
) => layerFrom(layerSources(places), logging)

export const layerFrom = <E = never, R = never>(
  sources: Layer.Layer<ConfigurationSources>,
  logging: Layer.Layer<never, E, R | ConfigurationService> = Layer.empty,
) =>
  AiLayerOverStores.pipe(
    Layer.provide(layerStores),
    Layer.provideMerge(layerUndici),
    Layer.provideMerge(TelemetryServiceLive),
    Layer.provideMerge(logging),
    Layer.provideMerge(configurationLayer),
    Layer.provideMerge(sources),
    Layer.provideMerge(OtlpLive),
    Layer.provide(FetchHttpClient.layer),
  )

/**
 * Chats over a process's services: what a server has besides them.
 * @param store where the chats are kept
 */
export const layerChats = <E, R>(store: Layer.Layer<ConversationStore, E, R>) =>
  ConversationsLayer.pipe(
    Layer.provide(Layer.effect(RunSettings, readRunSettings)),
    Layer.provideMerge(store),
  )
