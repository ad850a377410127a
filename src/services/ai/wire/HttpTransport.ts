/** One HTTP exchange with a provider: a request in, status and headers and the body's reads out. No redirects. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { ResponseHeaders } from "./retryAfter"

export interface WireRequest {
  readonly method: "GET" | "POST"
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON text. */
  readonly body?: string
}

export interface WireResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ResponseHeaders
  /** Whole network reads, as they come. Closing the scope of `send` closes the socket. */
  readonly body: Stream.Stream<Uint8Array, TransportError>
}

export class TransportError extends Data.TaggedError("TransportError")<{
  /** `head` until the headers came, `body` after. */
  readonly phase: "head" | "body"
  /** The system's words, e.g. `connect ECONNREFUSED 127.0.0.1:1`. */
  readonly message: string
  readonly cause: unknown
}> {}

export class HttpTransport extends Context.Service<
  HttpTransport,
  { readonly send: (request: WireRequest) => Effect.Effect<WireResponse, TransportError, Scope.Scope> }
>()("HttpTransport") {}

/** Over any `HttpClient`; portable, and slower than a transport made for the platform. */
export const layerHttpClient: Layer.Layer<HttpTransport, never, HttpClient.HttpClient> = Layer.effect(
  HttpTransport,
  Effect.gen(function* () {
    const client = HttpClient.withScope(yield* HttpClient.HttpClient)
    return HttpTransport.of({
      send: ({ method, url, headers, body }) => {
        const request = HttpClientRequest.make(method)(url, { headers })
        return client
          .execute(
            body === undefined ? request : HttpClientRequest.bodyText(request, body, "application/json"),
          )
          .pipe(
            Effect.provideService(FetchHttpClient.RequestInit, { redirect: "manual" }),
            Effect.mapError(failedIn("head")),
            Effect.map((response) => ({
              status: response.status,
              headers: response.headers,
              body: response.stream.pipe(Stream.mapError(failedIn("body"))),
            })),
          )
      },
    })
  }),
)

export const failedIn =
  (phase: TransportError["phase"]) =>
  (cause: unknown): TransportError =>
    new TransportError({ phase, message: rootMessage(cause), cause })

/** The innermost message of a chain of causes: `fetch failed` says nothing, its cause does. */
const rootMessage = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  const inner = "reason" in cause && cause.reason instanceof Error ? cause.reason : cause.cause
  if (inner instanceof Error) return rootMessage(inner)
  if (cause.message !== "") return cause.message
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.name
}
