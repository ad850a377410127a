/** The three vendors in memory: real providers and decoders over a transport that plays a script for each. */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { CompatibleEndpoint, ConfigurationService, Values } from "@/services/configuration"
import {
  HttpTransport,
  TransportError,
  type WireRequest,
  type WireResponse,
} from "@/services/ai/wire/HttpTransport"
import { AiLayer } from "@/services/runtime"
import { TelemetryService, type TelemetryEvent } from "@/services/telemetry"
import { bytesOf } from "./bytes"
import { configurationOf } from "./configuration"
import { closing, errorBody, opening, thought, type Dialect } from "./dialects"

export type Vendor = "openai" | "anthropic" | "ollama"

export type Move =
  | { readonly does: "answer"; readonly text: string }
  | {
      readonly does: "refuse"
      readonly status: number
      readonly body?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly does: "break"; readonly text: string }
  | { readonly does: "stall"; readonly text: string }
  | { readonly does: "think"; readonly text: string }
  | {
      readonly does: "stream"
      readonly events: (dialect: Dialect) => ReadonlyArray<string>
      /** Comes to its end, falls silent, or loses its connection. */
      readonly then: "end" | "hang" | "reset"
      /** Before each event. */
      readonly pause?: Duration.Input
    }
  | { readonly does: "hesitate"; readonly before: Duration.Input; readonly move: Move }
  | { readonly does: "choose"; readonly by: (call: Call) => Move }
  | { readonly does: "unreachable" }
  | { readonly does: "silence" }

export const answers = (text: string): Move => ({ does: "answer", text })
export const refuses = (status: number, body?: string, headers?: Readonly<Record<string, string>>): Move => ({
  does: "refuse",
  status,
  ...(body === undefined ? {} : { body }),
  ...(headers === undefined ? {} : { headers }),
})
export const breaksAfter = (text: string): Move => ({ does: "break", text })
export const stallsAfter = (text: string): Move => ({ does: "stall", text })
/** What it sends comes at once. */
export const streams = (
  events: (dialect: Dialect) => ReadonlyArray<string>,
  then: "end" | "hang" | "reset" = "end",
): Move => ({ does: "stream", events, then })
/** The whole answer, a word at a time. */
export const drips = (text: string, pause: Duration.Input): Move => ({
  does: "stream",
  events: (dialect) => [...opening(dialect, text), ...closing(dialect)],
  then: "end",
  pause,
})
/** Sends nothing, no headers either, for a while. */
export const hesitates = (before: Duration.Input, move: Move): Move => ({ does: "hesitate", before, move })
/** What it does hangs on what it is asked. */
export const chooses = (by: (call: Call) => Move): Move => ({ does: "choose", by })
export const unreachable: Move = { does: "unreachable" }
export const silence: Move = { does: "silence" }

export interface Call {
  readonly vendor: Vendor
  readonly headers: WireRequest["headers"]
  readonly body: Readonly<Record<string, unknown>>
}

export interface World {
  readonly calls: ReadonlyArray<Call>
  /** The vendors in the order in which they were asked. */
  readonly asked: () => ReadonlyArray<Vendor>
  readonly telemetry: ReadonlyArray<TelemetryEvent>
  /** How many requests are open now. */
  readonly open: () => number
  readonly layer: Layer.Layer<Layer.Success<typeof AiLayer> | ConfigurationService>
}

/** Every vendor has a key and an address of its own. */
export const allConfigured: Values = {
  OPENAI_API_KEY: "sk-openai-0123456789abcdef",
  OPENAI_BASE_URL: "http://openai.test/v1",
  ANTHROPIC_API_KEY: "sk-ant-0123456789abcdef",
  ANTHROPIC_BASE_URL: "http://anthropic.test",
  OLLAMA_BASE_URL: "http://ollama.test",
}

/** A vendor plays its moves in order, and its last one for ever. One without moves cannot be reached. */
export const makeWorld = (
  script: Partial<Record<Vendor, ReadonlyArray<Move>>>,
  values: Values = allConfigured,
  endpoints: Readonly<Record<string, CompatibleEndpoint>> = {},
): World => {
  const calls: Array<Call> = []
  const telemetry: Array<TelemetryEvent> = []
  let open = 0
  const transport = HttpTransport.of({
    send: (request) =>
      Effect.gen(function* () {
        const vendor = vendorOf(request.url)
        if (vendor === undefined) return yield* refusedConnection
        const moves = script[vendor] ?? []
        const number = calls.filter((call) => call.vendor === vendor).length
        const call: Call = { vendor, headers: request.headers, body: JSON.parse(request.body ?? "{}") }
        calls.push(call)
        yield* Effect.acquireRelease(
          Effect.sync(() => (open += 1)),
          () => Effect.sync(() => (open -= 1)),
        )
        return yield* play(moves[number] ?? moves.at(-1) ?? unreachable, call)
      }),
  })
  return {
    calls,
    asked: () => calls.map(({ vendor }) => vendor),
    telemetry,
    open: () => open,
    layer: AiLayer.pipe(
      Layer.provide(Layer.succeed(HttpTransport, transport)),
      Layer.provideMerge(configurationOf(values, endpoints)),
      Layer.provide(
        Layer.succeed(
          TelemetryService,
          TelemetryService.of({ trackEvent: (event) => Effect.sync(() => void telemetry.push(event)) }),
        ),
      ),
    ),
  }
}

const dialectOf: Readonly<Record<Vendor, Dialect>> = {
  openai: "chat-completions",
  anthropic: "messages",
  ollama: "chat-completions",
}

const vendors: ReadonlyArray<Vendor> = ["openai", "anthropic", "ollama"]
const vendorOf = (url: string): Vendor | undefined =>
  vendors.find((vendor) => new URL(url).host === `${vendor}.test`)

const refusedConnection = Effect.fail(
  new TransportError({ phase: "head", message: "connect ECONNREFUSED", cause: undefined }),
)

const lostConnection = Stream.fail(
  new TransportError({ phase: "body", message: "read ECONNRESET", cause: undefined }),
)

const after: Readonly<Record<"end" | "hang" | "reset", Stream.Stream<Uint8Array, TransportError>>> = {
  end: Stream.empty,
  hang: Stream.never,
  reset: lostConnection,
}

const play = (move: Move, call: Call): Effect.Effect<WireResponse, TransportError> => {
  const dialect = dialectOf[call.vendor]
  switch (move.does) {
    case "stream":
      return Effect.succeed(streaming(move.events(dialect), after[move.then], move.pause))
    case "hesitate":
      return Effect.delay(play(move.move, call), move.before)
    case "choose":
      return play(move.by(call), call)
    case "answer":
      return Effect.succeed(streaming([...opening(dialect, move.text), ...closing(dialect)], Stream.empty))
    case "break":
      return Effect.succeed(streaming(opening(dialect, move.text), Stream.empty))
    case "stall":
      return Effect.succeed(streaming(opening(dialect, move.text), Stream.never))
    case "think":
      return Effect.succeed(streaming([thought(move.text), ...closing(dialect)], Stream.empty))
    case "silence":
      return Effect.never
    case "unreachable":
      return refusedConnection
    case "refuse":
      return Effect.succeed({
        status: move.status,
        headers: { "content-type": "application/json", ...move.headers },
        body: Stream.succeed(
          bytesOf(move.body ?? errorBody(dialect, "server_error", `status ${move.status}`)),
        ),
      })
  }
}

const streaming = (
  events: ReadonlyArray<string>,
  then: Stream.Stream<Uint8Array, TransportError>,
  pause?: Duration.Input,
): WireResponse => {
  const reads = Stream.rechunk(Stream.map(Stream.fromIterable(events), bytesOf), 1)
  return {
    status: 200,
    headers: { "content-type": "text/event-stream" },
    body: Stream.concat(pause === undefined ? reads : Stream.tap(reads, () => Effect.sleep(pause)), then),
  }
}
