/** Requests byte for byte as a stranger may send them: any host, any origin, WebSocket upgrades included. */
import { request } from "node:http"
import * as Effect from "effect/Effect"

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: string
}

interface Question {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export const send = (
  port: number,
  { method = "GET", path, headers = {}, body: sent = "" }: Question,
): Effect.Effect<Answer> =>
  Effect.callback<Answer>((resume) => {
    const asked = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      let body = ""
      response.setEncoding("utf8")
      response.on("data", (text: string) => (body += text))
      response.on("end", () =>
        resume(Effect.succeed({ status: response.statusCode ?? 0, headers: response.headers, body })),
      )
    })
    // Status 101: the upgrade was allowed.
    asked.on("upgrade", (response, socket) => {
      socket.destroy()
      resume(Effect.succeed({ status: response.statusCode ?? 0, headers: response.headers, body: "" }))
    })
    asked.on("error", (cause) => resume(Effect.die(cause)))
    asked.end(sent)
  })

/** The handshake of RFC 6455. */
export const upgrade = (
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Effect.Effect<Answer> =>
  send(port, {
    path,
    headers: {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    },
  })
