/** The three vendors as servers on loopback; what each answers can be changed while it runs. */
import { createServer } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { closing, errorBody, opening, type Dialect } from "./dialects"
import { startHttpServer, type HttpServer, type Received, type Reply } from "./httpServer"

export type Behaviour = (received: Received) => Reply

export interface Upstream extends HttpServer {
  readonly behaves: (behaviour: Behaviour) => void
}

export interface Upstreams {
  readonly openai: Upstream
  readonly anthropic: Upstream
  readonly ollama: Upstream
}

export const keys = { openai: "sk-openai-0123456789abcdef", anthropic: "sk-ant-0123456789abcdef" }

export const answering =
  (dialect: Dialect, text: string): Behaviour =>
  () => ({ writes: [...opening(dialect, text), ...closing(dialect)] })

/** Writes the text and then nothing, until the client leaves. */
export const hangingAfter =
  (dialect: Dialect, text: string): Behaviour =>
  () => ({ writes: opening(dialect, text), ending: "hang" })

/** The connection breaks after the text. */
export const breakingAfter =
  (dialect: Dialect, text: string): Behaviour =>
  () => ({ writes: opening(dialect, text), ending: "cut" })

export const refusing =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  () => ({ status, headers: { "content-type": "application/json", ...headers }, writes: [body] })

/** Chat Completions behind one key: any other is refused as OpenAI refuses it. */
export const withKey = (key: string, behaviour: Behaviour): Behaviour => {
  const refuse = refusing(
    401,
    errorBody("chat-completions", "invalid_request_error", "Incorrect API key provided.", "invalid_api_key"),
  )
  return (received) =>
    received.headers["authorization"] === `Bearer ${key}` ? behaviour(received) : refuse(received)
}

export const startUpstream = (first: Behaviour): Effect.Effect<Upstream, never, Scope.Scope> =>
  Effect.gen(function* () {
    let behaviour = first
    const server = yield* startHttpServer((received) => behaviour(received))
    return {
      ...server,
      behaves: (next) => {
        behaviour = next
      },
    }
  })

/** Each answers with a sentence that names it. */
export const startUpstreams: Effect.Effect<Upstreams, never, Scope.Scope> = Effect.all({
  openai: startUpstream(withKey(keys.openai, answering("chat-completions", "OpenAI answers."))),
  anthropic: startUpstream(answering("messages", "Anthropic answers.")),
  ollama: startUpstream(answering("chat-completions", "Ollama answers.")),
})

export const everyone = ({ openai, anthropic, ollama }: Upstreams): ReadonlyArray<Upstream> => [
  openai,
  anthropic,
  ollama,
]

/** The configuration that leads to them, keys included. */
export const valuesFor = ({ openai, anthropic, ollama }: Upstreams): Readonly<Record<string, string>> => ({
  OPENAI_API_KEY: keys.openai,
  OPENAI_BASE_URL: `${openai.url}/v1`,
  ANTHROPIC_API_KEY: keys.anthropic,
  ANTHROPIC_BASE_URL: anthropic.url,
  OLLAMA_BASE_URL: ollama.url,
})

/** A port of this machine that nothing listens on. */
export const closedPort: Effect.Effect<number> = Effect.callback<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = address !== null && typeof address === "object" ? address.port : 0
    server.close(() => resume(Effect.succeed(port)))
  })
})
