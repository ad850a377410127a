/** The services of a Node process: files for configuration, undici for transport, the console for telemetry. */
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { layer as configurationLayer, type ConfigurationSources } from "@/services/configuration"
import { AiLayer } from "@/services/runtime"
import { OtlpLive, TelemetryServiceLive } from "@/services/telemetry"
import { layerSources, type Places } from "./configurationFiles"
import { layerUndici } from "./transport"

export const layerFor = (places: Places) => layerFrom(layerSources(places))

export const layerFrom = (sources: Layer.Layer<ConfigurationSources>) =>
  AiLayer.pipe(
    Layer.provideMerge(layerUndici),
    Layer.provideMerge(TelemetryServiceLive),
    Layer.provideMerge(configurationLayer),
    Layer.provideMerge(sources),
    Layer.provideMerge(OtlpLive),
    Layer.provide(FetchHttpClient.layer),
  )
