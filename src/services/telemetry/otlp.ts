/** Exports logs, spans and metrics over OTLP/HTTP when `OTEL_EXPORTER_OTLP_ENDPOINT` is set; else does nothing. */
import * as Layer from "effect/Layer"
import type * as HttpClient from "effect/http/HttpClient"
import * as Otlp from "effect/observability/Otlp"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"

export const OtlpLive: Layer.Layer<never, never, HttpClient.HttpClient> = Otlp.layerFromConfig({
  resource: { serviceName: "commander" },
}).pipe(Layer.provide(OtlpSerialization.layerJson))
