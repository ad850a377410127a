/** Exports logs, spans and metrics over OTLP/HTTP when `OTEL_EXPORTER_OTLP_ENDPOINT` is set; else does nothing. */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Layer from "effect/Layer"
import type * as HttpClient from "effect/http/HttpClient"
import * as Otlp from "effect/observability/Otlp"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"

/** OpenTelemetry's own defaults; Effect's are "none", so that an endpoint alone would export nothing. */
const exporters = ConfigProvider.fromUnknown({
  OTEL_TRACES_EXPORTER: "otlp",
  OTEL_LOGS_EXPORTER: "otlp",
  OTEL_METRICS_EXPORTER: "otlp",
})

export const OtlpLive: Layer.Layer<never, never, HttpClient.HttpClient> = Otlp.layerFromConfig({
  resource: { serviceName: "commander" },
}).pipe(Layer.provide(OtlpSerialization.layerJson), Layer.provide(ConfigProvider.layerAdd(exporters)))
