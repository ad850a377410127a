/** A collector of OTLP over HTTP on loopback: keeps the bodies it is sent, and reads the spans in them. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { startHttpServer } from "./httpServer"

type AttributeValue = string | number | boolean | ReadonlyArray<AttributeValue> | undefined

export interface CollectedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly kind: number
  readonly attributes: Readonly<Record<string, AttributeValue>>
}

export interface OtlpCollector {
  readonly url: string
  /** What came, whole. */
  readonly bodies: () => ReadonlyArray<{ readonly path: string; readonly body: string }>
  readonly spans: () => ReadonlyArray<CollectedSpan>
}

export const startOtlpCollector: Effect.Effect<OtlpCollector, never, Scope.Scope> = Effect.map(
  startHttpServer(() => ({ headers: { "content-type": "application/json" }, writes: ["{}"] })),
  ({ url, received }) => ({
    url,
    bodies: () => received.map(({ path, body }) => ({ path, body })),
    spans: () => received.flatMap(({ path, body }) => (path === "/v1/traces" ? spansIn(body) : [])),
  }),
)

/** The parts of OTLP's JSON that the tests read (opentelemetry-proto, trace.proto and common.proto). */
interface TraceBody {
  readonly resourceSpans: ReadonlyArray<{
    readonly scopeSpans: ReadonlyArray<{ readonly spans: ReadonlyArray<EncodedSpan> }>
  }>
}

interface EncodedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly kind: number
  readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: EncodedValue }>
}

interface EncodedValue {
  readonly stringValue?: string
  readonly intValue?: string | number
  readonly doubleValue?: number
  readonly boolValue?: boolean
  readonly arrayValue?: { readonly values: ReadonlyArray<EncodedValue> }
}

const spansIn = (body: string): ReadonlyArray<CollectedSpan> => {
  const { resourceSpans }: TraceBody = JSON.parse(body)
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans)
    .map(({ parentSpanId, attributes, ...span }) => ({
      ...span,
      parentSpanId: parentSpanId === "" ? undefined : parentSpanId,
      attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)])),
    }))
}

const valueOf = ({
  stringValue,
  intValue,
  doubleValue,
  boolValue,
  arrayValue,
}: EncodedValue): AttributeValue =>
  stringValue ??
  (intValue === undefined ? undefined : Number(intValue)) ??
  doubleValue ??
  boolValue ??
  arrayValue?.values.map(valueOf)
