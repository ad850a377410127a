/** One streamed exchange with a provider: a request in, the JSON events of its stream out, every failure typed. */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { AIProviderError } from "../core/AIProviderError"
import { classify } from "./classify"
import type { HttpTransport, TransportError, WireRequest, WireResponse } from "./HttpTransport"
import * as Json from "./json"
import * as Sse from "./sse"
import { redact } from "./redact"
import type { Target } from "./strictGuard"

/** The terminal marker of Chat Completions; it is not JSON. */
export const doneMarker = "[DONE]"

export type WireEvent = Json.JsonObject | typeof doneMarker

export const defaults = {
  /** Lines that are not JSON are skipped; at this many the stream counts as broken. */
  malformedLimit: 3,
  /** How much of an error's body is read, in bytes. */
  maxErrorBody: 64 * 1024,
}

export interface Exchange {
  readonly target: Target
  readonly request: WireRequest
  /** Must not appear in any error, even when the provider echoes them. */
  readonly secrets: ReadonlyArray<Redacted.Redacted<string>>
  /** The configuration key that holds the secret, told when the provider refuses it. */
  readonly keyName?: string
}

/** What every error of an exchange is made with. */
const errorBasis = ({ target, secrets, keyName }: Exchange) => ({
  ...target,
  secrets,
  ...(keyName === undefined ? {} : { keyName }),
})

export const eventStream = (
  transport: HttpTransport["Service"],
  exchange: Exchange,
): Stream.Stream<WireEvent, AIProviderError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const response = yield* transport
        .send(exchange.request)
        .pipe(Effect.mapError(transportFailure(exchange)))
      const body = response.body.pipe(Stream.mapError(transportFailure(exchange)))
      if (response.status !== 200) return yield* refused(exchange, response)
      const contentType = response.headers["content-type"] ?? ""
      if (/^(text\/html|application\/(problem\+)?json)/i.test(contentType))
        return yield* refused(exchange, response)
      return decodeEvents(exchange, body)
    }),
  )

/** A status other than 200, or a 200 that holds an error, a page or a dialect we did not ask for. */
const refused = (
  exchange: Exchange,
  response: WireResponse,
): Effect.Effect<never, AIProviderError, Scope.Scope> =>
  Effect.gen(function* () {
    const body = yield* readErrorBody(response)
    const now = yield* Clock.currentTimeMillis
    const { status, headers } = response
    const inside = Json.asObject(Json.parse(body))
    if (status === 200 && (inside?.["error"] ?? undefined) === undefined) {
      return yield* malformed(exchange, "answered 200 with something that is not an event stream", body)
    }
    return yield* classify({
      ...errorBasis(exchange),
      ...(status === 200 ? {} : { status }),
      headers,
      body,
      now,
    })
  })

/** An unreadable error body must not hide the status it came with, so what was read of it is used. */
const readErrorBody = (response: WireResponse): Effect.Effect<string> => {
  const decoder = new TextDecoder()
  let text = ""
  return response.body.pipe(
    Stream.takeWhile(() => text.length < defaults.maxErrorBody),
    Stream.runForEach((bytes) => Effect.sync(() => (text += decoder.decode(bytes, { stream: true })))),
    Effect.timeout(errorBodyTimeout),
    Effect.catch(() => Effect.void),
    Effect.map(() => text),
  )
}

const errorBodyTimeout = "2 seconds"

const decodeEvents = (
  exchange: Exchange,
  body: Stream.Stream<Uint8Array, AIProviderError>,
): Stream.Stream<WireEvent, AIProviderError> =>
  Stream.transformPull(body, (pull) =>
    Effect.sync(() => {
      const reader = Sse.make()
      let ending: Effect.Effect<never, AIProviderError | Cause.Done> | undefined
      let eventsSeen = 0
      let malformedLines = 0

      const take = (events: ReadonlyArray<Sse.SseEvent>): ReadonlyArray<WireEvent> => {
        const out: Array<WireEvent> = []
        for (const { data } of events) {
          if (data === "") continue
          eventsSeen += 1
          const event = data.trim() === doneMarker ? doneMarker : Json.asObject(Json.parse(data))
          if (event === undefined) {
            malformedLines += 1
            if (malformedLines < defaults.malformedLimit) continue
            ending = Effect.fail(malformed(exchange, "sent a stream that is not its dialect", data))
            return out
          }
          if (event !== doneMarker && event["error"] !== undefined && event["error"] !== null) {
            ending = Effect.fail(classify({ ...errorBasis(exchange), headers: {}, body: data, now: 0 }))
            return out
          }
          out.push(event)
        }
        return out
      }

      const emit = (
        events: ReadonlyArray<WireEvent>,
      ): Pull.Pull<Arr.NonEmptyReadonlyArray<WireEvent>, AIProviderError> =>
        Arr.isReadonlyArrayNonEmpty(events) ? Effect.succeed(events) : next

      const next: Pull.Pull<Arr.NonEmptyReadonlyArray<WireEvent>, AIProviderError> = Effect.suspend(
        () =>
          ending ??
          Pull.matchEffect(pull, {
            onSuccess: (reads) => {
              const events = take(reads.flatMap(reader.push))
              if (reader.overflowed()) ending ??= Effect.fail(malformed(exchange, tooLarge, ""))
              return emit(events)
            },
            onFailure: Effect.failCause,
            onDone: () => {
              const events = take(reader.end())
              ending ??=
                eventsSeen > 0
                  ? Cause.done()
                  : Effect.fail(malformed(exchange, "answered 200 with nothing", ""))
              return emit(events)
            },
          }),
      )
      return next
    }),
  )

const tooLarge = `sent an event larger than ${Sse.defaults.maxEventLength / 1024 / 1024} MB`

const malformed = ({ target, secrets }: Exchange, what: string, sample: string): AIProviderError =>
  AIProviderError.of({
    ...target,
    reason: "MalformedResponse",
    message: `${target.provider}: ${redact(what, secrets)}`,
    context: { sample: redact(sample.slice(0, 1000), secrets) },
  })

const transportFailure =
  ({ target, secrets }: Exchange) =>
  (error: TransportError): AIProviderError =>
    AIProviderError.of({
      ...target,
      reason: error.phase === "head" ? "ConnectionFailed" : "Cut",
      message:
        error.phase === "head"
          ? `${target.provider} could not be reached: ${redact(error.message, secrets)}`
          : `${target.provider}: the connection broke before the answer was complete: ${redact(error.message, secrets)}`,
    })
