/** An upstream whose answer never ends, written as fast as its reader takes it. */
import { once } from "node:events"
import { createServer, type ServerResponse } from "node:http"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { listening } from "./listening"
import { opening } from "./dialects"

export interface EndlessUpstream {
  readonly url: string
  /** Events that the network took so far. */
  readonly written: () => number
  /** Requests that are open now. */
  readonly open: () => number
}

/** Stops at this many events, so that a reader without back-pressure ends the test instead of the machine. */
export const endlessLimit = 4000

/** Each event carries 32 kB of text: far more in all than the buffers of the sockets between. */
const event = opening("chat-completions", "x".repeat(32 * 1024)).at(-1) ?? ""

export const startEndlessUpstream: Effect.Effect<EndlessUpstream, never, Scope.Scope> = Effect.suspend(() =>
  start(true),
)

/** Takes requests and sends not even headers. */
export const startSilentUpstream: Effect.Effect<EndlessUpstream, never, Scope.Scope> = Effect.suspend(() =>
  start(false),
)

const start = Effect.fnUntraced(function* (answers: boolean) {
  let written = 0
  let open = 0
  const write = async (response: ServerResponse): Promise<void> => {
    const gone = new AbortController()
    response.on("close", () => gone.abort())
    while (written < endlessLimit && !response.closed) {
      written += 1
      if (!response.write(event))
        await once(response, "drain", { signal: gone.signal }).catch(() => undefined)
    }
  }
  const server = createServer((request, response) => {
    open += 1
    response.on("close", () => (open -= 1))
    if (!answers) return
    response.writeHead(200, { "content-type": "text/event-stream" })
    request.resume()
    request.on("end", () => void write(response))
  })
  const url = yield* listening(server)
  return { url, written: () => written, open: () => open }
})
