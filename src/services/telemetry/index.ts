/** Telemetry: the catalogue of events and the service that takes them. */
export { OtlpLive } from "./otlp"
export {
  actions,
  TelemetryService,
  TelemetryServiceLive,
  type Action,
  type TelemetryEvent,
} from "./TelemetryService"
