/** The transport of Node: undici without the layers above it, which cost more than the requests themselves. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Agent, request as undiciRequest, type Dispatcher } from "undici"
import { failedIn, HttpTransport } from "@/services/ai/wire/HttpTransport"

export const defaults = {
  /** Until the TCP and TLS handshakes are done, in milliseconds. */
  connectTimeout: 3000,
  /** What is read of a body after its answer was complete, in bytes. */
  drainLimit: 16 * 1024,
  /** And for how long, in milliseconds. */
  drainTimeout: 500,
}

/** Pools connections by origin. First-part and stall limits are the executor's, so undici's own timers are off. */
export const layerUndici: Layer.Layer<HttpTransport> = Layer.effect(
  HttpTransport,
  Effect.gen(function* () {
    const agent = yield* Effect.acquireRelease(
      Effect.sync(
        () =>
          new Agent({
            connect: { timeout: defaults.connectTimeout },
            headersTimeout: 0,
            bodyTimeout: 0,
            allowH2: false,
          }),
      ),
      (pool) => Effect.promise(() => pool.destroy()),
    )
    return HttpTransport.of({
      send: ({ method, url, headers, body }) =>
        Effect.gen(function* () {
          const controller = new AbortController()
          const response = yield* Effect.acquireRelease(
            Effect.tryPromise({
              try: (interrupted) =>
                undiciRequest(url, {
                  dispatcher: agent,
                  method,
                  headers: { ...headers },
                  body: body ?? null,
                  signal: AbortSignal.any([controller.signal, interrupted]),
                }),
              catch: failedIn("head"),
            }),
            ({ body: rest }, exit) =>
              Exit.isSuccess(exit)
                ? Effect.sync(() => void drain(rest, controller))
                : Effect.sync(() => controller.abort()),
            { interruptible: true },
          )
          return {
            status: response.statusCode,
            headers: Object.fromEntries(
              Object.entries(response.headers).map(([name, value]) => [
                name,
                Array.isArray(value) ? value.join(", ") : value,
              ]),
            ),
            body: Stream.fromAsyncIterable(bytesOf(response.body), failedIn("body")),
          }
        }),
    })
  }),
)

type Body = Dispatcher.ResponseData["body"]

/** The reads of a body; leaving it early does not close the connection, which is `drain`'s to decide. */
const bytesOf = (body: Body): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => body.iterator({ destroyOnReturn: false }),
})

/**
 * An answer is complete at its terminal event, a few bytes before the end of its body. Reading these keeps the
 * connection for the next request; a body that goes on is closed.
 */
const drain = (body: Body, controller: AbortController): Promise<void> =>
  body
    .dump({ limit: defaults.drainLimit, signal: AbortSignal.timeout(defaults.drainTimeout) })
    .catch(() => controller.abort())
