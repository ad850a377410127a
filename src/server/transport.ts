/** The transport of Node: undici without the layers above it, which cost more than the requests themselves. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Agent, request as undiciRequest } from "undici"
import { failedIn, HttpTransport } from "@/services/ai/wire/HttpTransport"

export const defaults = {
  /** Until the TCP and TLS handshakes are done, in milliseconds. */
  connectTimeout: 3000,
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
          const controller = yield* Effect.acquireRelease(
            Effect.sync(() => new AbortController()),
            (abort) => Effect.sync(() => abort.abort()),
          )
          const response = yield* Effect.tryPromise({
            try: () =>
              undiciRequest(url, {
                dispatcher: agent,
                method,
                headers: { ...headers },
                body: body ?? null,
                signal: controller.signal,
              }),
            catch: failedIn("head"),
          })
          return {
            status: response.statusCode,
            headers: Object.fromEntries(
              Object.entries(response.headers).map(([name, value]) => [
                name,
                Array.isArray(value) ? value.join(", ") : value,
              ]),
            ),
            body: Stream.fromAsyncIterable<Uint8Array, ReturnType<ReturnType<typeof failedIn>>>(
              response.body,
              failedIn("body"),
            ),
          }
        }),
    })
  }),
)
