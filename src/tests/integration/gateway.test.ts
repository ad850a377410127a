/** Clients that speak Chat Completions, over real HTTP: the vendor's own one, and requests byte for byte. */
import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { writeFileSync } from "node:fs"
import { Socket } from "node:net"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import OpenAI, { APIError, RateLimitError } from "openai"
import { layerFrom } from "@/server/services"
import { ChatOrchestratorService } from "@/services/ai/orchestration"
import * as Json from "@/services/ai/wire/json"
import { pageText, startCommander, type Commander } from "@/tests/support/commander"
import { closing, errorBody, opening } from "@/tests/support/dialects"
import { endlessLimit, startEndlessUpstream, startSilentUpstream } from "@/tests/support/endlessUpstream"
import { send, type Answer } from "@/tests/support/rawHttp"
import {
  answering,
  breakingAfter,
  everyone,
  hangingAfter,
  keys,
  refusing,
  startUpstreams,
  valuesFor,
  withKey,
  type Upstreams,
} from "@/tests/support/upstreams"
import { settledAt, until } from "@/tests/support/waiting"

type Request = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, "stream"> & {
  readonly models?: ReadonlyArray<string>
  readonly fallbacks?: ReadonlyArray<string>
}

const asking = (more: Partial<Request> = {}): Request => ({
  model: "openai/gpt-5.4",
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  ...more,
})

/** It repeats nothing by itself, so that what is counted is the server's doing. */
const clientOf = ({ url }: Commander, apiKey = "any-key-will-do"): OpenAI =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 })

/** A promise of the client, with what it rejects with. */
const promised = <A>(start: () => PromiseLike<A>): Effect.Effect<A, APIError> =>
  Effect.tryPromise({
    try: async () => start(),
    catch: (cause) => (isApiError(cause) ? cause : assert.fail(String(cause))),
  })

const isApiError = (cause: unknown): cause is APIError => cause instanceof APIError

const whole = (commander: Commander, request: Request) =>
  promised(() =>
    clientOf(commander)
      .chat.completions.create({ ...request, stream: false })
      .withResponse(),
  )

type Chunk = OpenAI.ChatCompletionChunk

/** All chunks with the response that they came in. */
const streamed = (commander: Commander, request: Request) =>
  promised(async () => {
    const { data, response } = await clientOf(commander)
      .chat.completions.create({ ...request, stream: true, stream_options: { include_usage: true } })
      .withResponse()
    const chunks: Array<Chunk> = []
    for await (const chunk of data) chunks.push(chunk)
    return { chunks, response }
  })

const bothWays = [
  (commander: Commander, request: Request) => Effect.asVoid(whole(commander, request)),
  (commander: Commander, request: Request) => Effect.asVoid(streamed(commander, request)),
]

const textOf = (chunks: ReadonlyArray<Chunk>): string =>
  chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")

const finishOf = (chunks: ReadonlyArray<Chunk>) =>
  chunks.find(({ choices }) => typeof choices[0]?.finish_reason === "string")

const factsOf = (answer: unknown): unknown => Json.asObject(answer)?.["commander"]

const post = ({ port }: Commander, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  send(port, {
    method: "POST",
    path: "/v1/chat/completions",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  })

const errorOf = ({ body }: Answer) => Json.asObject(Json.asObject(Json.parse(body))?.["error"])

const startBoth = Effect.gen(function* () {
  const upstreams = yield* startUpstreams
  return { upstreams, commander: yield* startCommander({ values: valuesFor(upstreams) }) }
})

const askedOf = (upstreams: Upstreams): ReadonlyArray<number> =>
  everyone(upstreams).map(({ received }) => received.length)

const overloaded = refusing(529, errorBody("messages", "overloaded_error", "Overloaded"))
const broken = refusing(500, errorBody("chat-completions", "server_error", "The server had an error"))

describe("the vendor's client", () => {
  it.live("gets a whole answer", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      const { data, response } = yield* whole(
        commander,
        asking({ temperature: 0.5, max_tokens: 50, stop: "END" }),
      )
      assert.strictEqual(data.object, "chat.completion")
      assert.strictEqual(data.model, "openai/gpt-5.4")
      assert.deepInclude(data.choices[0], { index: 0, finish_reason: "stop" })
      assert.deepInclude(data.choices[0]?.message, { role: "assistant", content: "OpenAI answers." })
      assert.deepStrictEqual(data.usage, { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 })
      const runId = response.headers.get("x-commander-run-id")
      assert.match(runId ?? "", /^run_[0-9a-f]{32}$/)
      assert.strictEqual(data.id, `chatcmpl-${runId}`)
      assert.strictEqual(response.headers.get("x-commander-model"), "openai/gpt-5.4")
      assert.strictEqual(response.headers.get("x-commander-attempts"), "1")
      assert.deepInclude(Json.asObject(Json.parse(upstreams.openai.received[0]?.body ?? "")), {
        model: "gpt-5.4",
        messages: [{ role: "user", content: "Why is the sky blue?" }],
        max_completion_tokens: 50,
        stop: ["END"],
      })
    }),
  )

  it.live("gets a streamed answer with its usage", () =>
    Effect.gen(function* () {
      const { commander } = yield* startBoth
      const { chunks, response } = yield* streamed(commander, asking())
      assert.strictEqual(textOf(chunks), "OpenAI answers.")
      assert.strictEqual(chunks[0]?.choices[0]?.delta.role, "assistant")
      assert.strictEqual(finishOf(chunks)?.choices[0]?.finish_reason, "stop")
      assert.deepInclude(chunks.at(-1)?.usage, { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 })
      assert.deepStrictEqual(new Set(chunks.map(({ id }) => id)).size, 1)
      assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/)
      assert.strictEqual(response.headers.get("x-commander-model"), "openai/gpt-5.4")
    }),
  )

  it.live("can collect a stream with its own helper, our further fields included", () =>
    Effect.gen(function* () {
      const { commander } = yield* startBoth
      const completion = yield* promised(() =>
        clientOf(commander).chat.completions.stream(asking()).finalChatCompletion(),
      )
      assert.strictEqual(completion.choices[0]?.message.content, "OpenAI answers.")
    }),
  )

  it.live("gets the text while the provider still writes", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      upstreams.openai.behaves(hangingAfter("chat-completions", "The sky is"))
      const text = yield* promised(async () => {
        const stream = await clientOf(commander).chat.completions.create({ ...asking(), stream: true })
        let seen = ""
        for await (const chunk of stream) {
          seen += chunk.choices[0]?.delta.content ?? ""
          if (seen === "The sky is") break
        }
        return seen
      })
      assert.strictEqual(text, "The sky is")
      yield* upstreams.openai.clientLeft
    }),
  )

  it.live("finds the models of the providers that are ready", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      const { ANTHROPIC_API_KEY: _, ...values } = valuesFor(upstreams)
      const commander = yield* startCommander({ values: { ...values, OPENAI_MODEL_NAME: "gpt-own" } })
      const { data } = yield* promised(() => clientOf(commander).models.list())
      const names = data.map(({ id }) => id)
      assert.strictEqual(names[0], "openai/gpt-own")
      assert.includeMembers(names, ["openai/gpt-5.4", "ollama/gemma3:1b", "simulator/steady"])
      assert.isFalse(names.some((name) => name.startsWith("anthropic/")))
      const { data: answer } = yield* whole(commander, asking({ model: "gpt-own" }))
      assert.strictEqual(answer.model, "openai/gpt-own")
    }),
  )
})

describe("connections", () => {
  /** How many of them asked this server something. */
  const connectionsOf = ({ port }: Commander) =>
    Effect.gen(function* () {
      const connections = new Set<Socket>()
      const note = (message: unknown): void => {
        const socket = Json.asObject(message)?.["socket"]
        if (socket instanceof Socket && socket.localPort === port) connections.add(socket)
      }
      yield* Effect.acquireRelease(
        Effect.sync(() => subscribe("http.server.request.start", note)),
        () => Effect.sync(() => unsubscribe("http.server.request.start", note)),
      )
      return connections
    })

  it.live("are used again: clients leave at the end marker, and the body has ended by then", () =>
    Effect.gen(function* () {
      const { commander } = yield* startBoth
      const connections = yield* connectionsOf(commander)
      for (let count = 0; count < 20; count += 1) yield* streamed(commander, asking())
      // Were each closed, there would be twenty. A few may be, where the network splits the last bytes.
      assert.isBelow(connections.size, 10)
    }),
  )
})

describe("the chain", () => {
  it.live("without a word about it is the default one, and the headers say who answered", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      upstreams.openai.behaves(withKey("sk-another-key-0123456789", answering("chat-completions", "never")))
      const { data, response } = yield* whole(commander, asking())
      assert.strictEqual(data.choices[0]?.message.content, "Anthropic answers.")
      assert.strictEqual(data.model, "anthropic/claude-haiku-5-5")
      assert.strictEqual(response.headers.get("x-commander-model"), "anthropic/claude-haiku-5-5")
      assert.strictEqual(response.headers.get("x-commander-attempts"), "2")
      assert.deepStrictEqual(askedOf(upstreams), [1, 1, 0])
    }),
  )

  it.live("of a stream is over when its head goes out: the headers name who serves it", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      upstreams.openai.behaves(withKey("sk-another-key-0123456789", answering("chat-completions", "never")))
      upstreams.anthropic.behaves(overloaded)
      const request = asking({ fallbacks: ["anthropic/claude-haiku-5-5", "ollama/gemma3:1b"] })
      const { chunks, response } = yield* streamed(commander, request)
      assert.strictEqual(textOf(chunks), "Ollama answers.")
      assert.strictEqual(response.headers.get("x-commander-model"), "ollama/gemma3:1b")
      assert.strictEqual(
        response.headers.get("x-commander-attempts"),
        String(askedOf(upstreams).reduce((sum, count) => sum + count)),
      )
    }),
  )

  it.live("of models is asked in their order", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      upstreams.ollama.behaves(refusing(404, errorBody("chat-completions", "api_error", "model not found")))
      const request = asking({ model: "ollama/nope", models: ["ollama/nope", "anthropic/claude-opus-5-5"] })
      const { data } = yield* whole(commander, request)
      assert.strictEqual(data.model, "anthropic/claude-opus-5-5")
      assert.deepStrictEqual(askedOf(upstreams), [0, 1, 1])
    }),
  )

  it.live("that is an empty list asks nobody else", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      upstreams.openai.behaves(broken)
      const error = yield* Effect.flip(whole(commander, asking({ fallbacks: [] })))
      assert.deepInclude({ ...error }, { status: 502, type: "server_error", code: "upstream_error" })
      assert.include(error.message, "The server had an error")
      assert.strictEqual(error.headers?.get("x-commander-attempts"), "3")
      assert.isNull(error.headers?.get("x-commander-model"))
      assert.deepStrictEqual(askedOf(upstreams), [3, 0, 0])
    }),
  )
})

describe("an answer that breaks off", () => {
  it.live("is continued by the next: no word twice, and the end says so", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      upstreams.openai.behaves(breakingAfter("chat-completions", "The sky is"))
      upstreams.anthropic.behaves(answering("messages", "The sky is blue, since air scatters blue light."))
      const { chunks, response } = yield* streamed(commander, asking())
      assert.strictEqual(textOf(chunks), "The sky is blue, since air scatters blue light.")
      assert.strictEqual(response.headers.get("x-commander-model"), "openai/gpt-5.4")
      assert.strictEqual(chunks[0]?.model, "openai/gpt-5.4")
      assert.deepInclude(Json.asObject(factsOf(finishOf(chunks))), {
        model: "anthropic/claude-haiku-5-5",
        attempts: 2,
        resumed: true,
      })
    }),
  )

  it.live("for good: the client throws, and the wire has an error and no end marker", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      let asked = 0
      const opened = breakingAfter("chat-completions", "The sky is")
      upstreams.openai.behaves((received) => ((asked += 1) % 2 === 1 ? opened(received) : broken(received)))
      const request = { ...asking({ fallbacks: [] }), stream: true }

      const answer = yield* post(commander, request)
      assert.strictEqual(answer.status, 200)
      assert.notInclude(answer.body, "[DONE]")
      assert.notInclude(answer.body, '"finish_reason":"')
      const events = answer.body.split("\n\n").filter((event) => event !== "")
      assert.match(events.at(-2) ?? "", /"content":/)
      const last = Json.asObject(Json.parse((events.at(-1) ?? "").slice("data: ".length)))
      assert.deepInclude(Json.asObject(last?.["error"]), {
        type: "server_error",
        param: null,
        code: "answer_incomplete",
      })

      const error = yield* Effect.flip(streamed(commander, asking({ fallbacks: [] })))
      assert.strictEqual(error.code, "answer_incomplete")
    }),
  )

  it.live("is no answer to who wanted it whole", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      let asked = 0
      const opened = breakingAfter("chat-completions", "The sky is")
      upstreams.openai.behaves((received) => ((asked += 1) === 1 ? opened(received) : broken(received)))
      const answer = yield* post(commander, asking({ fallbacks: [] }))
      assert.strictEqual(answer.status, 502)
      assert.strictEqual(errorOf(answer)?.["code"], "answer_incomplete")
      assert.notInclude(answer.body, "The sky is")
      assert.isUndefined(answer.headers["x-commander-model"])
    }),
  )
})

describe("a client that leaves", () => {
  interface Leaving {
    readonly stream: boolean
    /** Whether it is time to go, by the text that it has seen. */
    readonly isTime: (seen: string) => boolean
  }

  /** Answers when it left, in milliseconds since the epoch. */
  const leaving = (commander: Commander, { stream, isTime }: Leaving) =>
    Effect.gen(function* () {
      const controller = new AbortController()
      let seen = ""
      const reading = promised(async () => {
        const options = { signal: controller.signal }
        const answer = await clientOf(commander).chat.completions.create({ ...asking(), stream }, options)
        if (!("controller" in answer)) return assert.fail("it was answered")
        for await (const chunk of answer) seen += chunk.choices[0]?.delta.content ?? ""
      })
      yield* Effect.forkScoped(Effect.exit(reading))
      yield* until(() => isTime(seen))
      controller.abort()
      return Date.now()
    })

  it.live("in the middle of a stream closes the provider's request within a second", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      upstreams.openai.behaves(hangingAfter("chat-completions", "The sky is"))
      const left = yield* leaving(commander, { stream: true, isTime: (seen) => seen === "The sky is" })
      yield* upstreams.openai.clientLeft
      assert.isBelow(Date.now() - left, 1000)
      assert.deepStrictEqual(askedOf(upstreams), [1, 0, 0])
    }),
  )

  it.live.each([true, false])(
    "before the first word closes it as well, while there are not even headers (stream: %s)",
    (stream) =>
      Effect.gen(function* () {
        const upstream = yield* startSilentUpstream
        const commander = yield* startCommander({
          values: { OPENAI_API_KEY: keys.openai, OPENAI_BASE_URL: `${upstream.url}/v1` },
        })
        const left = yield* leaving(commander, { stream, isTime: () => upstream.open() === 1 })
        yield* until(() => upstream.open() === 0)
        assert.isBelow(Date.now() - left, 1000)
      }),
  )

  it.live("a client that stops reading stops the provider's writing", () =>
    Effect.gen(function* () {
      const upstream = yield* startEndlessUpstream
      const commander = yield* startCommander({
        values: { OPENAI_API_KEY: keys.openai, OPENAI_BASE_URL: upstream.url },
      })
      const stream = yield* promised(() =>
        clientOf(commander).chat.completions.create({ ...asking(), stream: true }),
      )
      const written = yield* settledAt(upstream.written)
      // 32 kB each: what the buffers of two sockets and the run's own events may hold, far below the whole.
      assert.isBelow(written, endlessLimit / 4)
      assert.strictEqual(upstream.open(), 1)
      stream.controller.abort()
      yield* until(() => upstream.open() === 0)
    }),
  )
})

describe("what providers say against a request", () => {
  it.live("429 that lasts longer than the run may: 429 with the time to wait", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      upstreams.openai.behaves(
        refusing(429, errorBody("chat-completions", "requests", "Rate limit reached"), {
          "retry-after": "200",
        }),
      )
      const error = yield* Effect.flip(whole(commander, asking({ fallbacks: [] })))
      assert.instanceOf(error, RateLimitError)
      assert.deepInclude({ ...error }, { type: "rate_limit_error", code: "rate_limit_exceeded" })
      assert.strictEqual(error.headers?.get("retry-after"), "200")
      assert.strictEqual(askedOf(upstreams)[0], 1)

      // The target cools: nobody asks it again, and the caller is told how long.
      const again = yield* Effect.flip(streamed(commander, asking({ fallbacks: [] })))
      assert.instanceOf(again, RateLimitError)
      const wait = Number(again.headers?.get("retry-after"))
      assert.isTrue(wait > 190 && wait <= 200, `${wait}`)
      assert.strictEqual(askedOf(upstreams)[0], 1)
    }),
  )

  it.live.each([true, false])(
    "401 is our configuration, never the caller's login; the key is nowhere in the answer (stream: %s)",
    (stream) =>
      Effect.gen(function* () {
        const { upstreams, commander } = yield* startBoth
        const words = `Incorrect API key provided: ${keys.openai}`
        upstreams.openai.behaves(
          refusing(401, errorBody("chat-completions", "invalid_request_error", words, "invalid_api_key")),
        )
        const answer = yield* post(commander, { ...asking({ fallbacks: [] }), stream })
        assert.strictEqual(answer.status, 500)
        assert.deepInclude(errorOf(answer), { type: "server_error", code: "provider_not_configured" })
        assert.strictEqual(answer.headers["x-should-retry"], "false")
        assert.include(answer.body, "Incorrect API key provided")
        assert.notInclude(JSON.stringify(answer), keys.openai.slice(0, 12))
      }),
  )

  it.live("no key at all: the error names the one to set", () =>
    Effect.gen(function* () {
      const commander = yield* startCommander({})
      const error = yield* Effect.flip(whole(commander, asking({ fallbacks: [] })))
      assert.deepInclude({ ...error }, { status: 500, code: "provider_not_configured" })
      assert.include(error.message, "OPENAI_API_KEY")
      assert.strictEqual(error.headers?.get("x-commander-attempts"), "0")
    }),
  )

  it.live.each([
    {
      what: "a conversation that is too long",
      status: 400,
      body: errorBody("chat-completions", "invalid_request_error", "Too long", "context_length_exceeded"),
      told: { status: 400, code: "context_length_exceeded" },
    },
    {
      what: "content that is refused",
      status: 400,
      body: errorBody("chat-completions", "invalid_request_error", "No", "content_policy_violation"),
      told: { status: 400, code: "content_filter" },
    },
    {
      what: "a model that is not there",
      status: 404,
      body: errorBody("chat-completions", "invalid_request_error", "No such model", "model_not_found"),
      told: { status: 404, code: "model_not_found" },
    },
    {
      what: "overload",
      status: 503,
      body: errorBody("chat-completions", "server_error", "Overloaded"),
      told: { status: 503, code: "upstream_unavailable" },
    },
  ])("$what keeps its meaning", ({ status, body, told }) =>
    Effect.gen(function* () {
      for (const ask of bothWays) {
        const { upstreams, commander } = yield* startBoth
        upstreams.openai.behaves(refusing(status, body))
        const error = yield* Effect.flip(ask(commander, asking({ fallbacks: [] })))
        assert.deepInclude({ ...error }, told)
      }
    }),
  )

  it.live("no model with room for the conversation: told as too long, and nobody is asked", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      const models = { "openai/gpt-5.4": { contextWindow: 50 } }
      writeFileSync(join(commander.folder, "commander.config.jsonc"), JSON.stringify({ models }))
      const request = asking({
        fallbacks: [],
        messages: [{ role: "user", content: "Why is the sky blue? ".repeat(100) }],
      })
      const error = yield* Effect.flip(whole(commander, request))
      assert.deepInclude({ ...error }, { status: 400, code: "context_length_exceeded" })
      assert.deepStrictEqual(askedOf(upstreams), [0, 0, 0])
    }),
  )
})

describe("a request that is wrong", () => {
  const user = { role: "user", content: "Hi" }
  const picture = { role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] }

  it.live("is told why in the dialect's shape, and no provider is asked", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      const cases: ReadonlyArray<readonly [body: unknown, status: number, told: RegExp]> = [
        ["{", 400, /^the body is not JSON$/],
        [[], 400, /^the body is wrong: /],
        [{ messages: [user] }, 400, /^model is missing/],
        [{ model: "gpt-9", messages: [user] }, 404, /^there is no model "gpt-9"/],
        [{ model: "gpt-5.4" }, 400, /^messages: /],
        [{ model: "gpt-5.4", messages: [] }, 400, /^there is no message to answer$/],
        [{ model: "gpt-5.4", messages: [picture] }, 400, /"image_url": this server takes text/],
        [{ model: "gpt-5.4", messages: [user], tools: [{}] }, 400, /^tools are not taken here/],
        [{ model: "gpt-5.4", messages: [{ role: "user", content: "x".repeat(300_000) }] }, 400, /200,000/],
      ]
      for (const [body, status, told] of cases) {
        const answer = yield* post(commander, body)
        assert.strictEqual(answer.status, status, answer.body)
        assert.match(String(answer.headers["content-type"]), /^application\/json/)
        assert.match(String(errorOf(answer)?.["message"]), told)
        assert.strictEqual(errorOf(answer)?.["type"], "invalid_request_error")
        assert.hasAllKeys(errorOf(answer), ["message", "type", "param", "code"])
        assert.match(String(answer.headers["x-commander-run-id"]), /^run_/)
        assert.strictEqual(answer.headers["x-commander-attempts"], "0")
      }
      assert.deepStrictEqual(askedOf(upstreams), [0, 0, 0])
    }),
  )

  it.live("in its size: 413, and the server goes on serving", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      const answer = yield* post(commander, JSON.stringify({ model: "x".repeat(17 * 1024 * 1024) }))
      assert.strictEqual(answer.status, 413)
      assert.deepInclude(errorOf(answer), { type: "invalid_request_error", code: "request_too_large" })
      assert.strictEqual((yield* post(commander, asking())).status, 200)
      assert.strictEqual(upstreams.openai.received.length, 1)
    }),
  )

  it.live("in its path or method: 404 and 405 in the dialect's shape; the page stays where it was", () =>
    Effect.gen(function* () {
      const { port } = yield* startCommander({})
      const cases = [
        ["GET", "/v1", 404],
        ["GET", "/v1/anything", 404],
        ["POST", "/v1/embeddings?a=1", 404],
        ["DELETE", "/v1/models/x", 404],
        ["GET", "/v1/chat/completions", 405],
        ["POST", "/v1/models", 405],
      ] as const
      for (const [method, path, status] of cases) {
        const answer = yield* send(port, { method, path })
        assert.strictEqual(answer.status, status, `${method} ${path}`)
        assert.strictEqual(errorOf(answer)?.["type"], "invalid_request_error", answer.body)
      }
      assert.strictEqual((yield* send(port, { path: "/v1/chat/completions" })).headers["allow"], "POST")
      const page = yield* send(port, { path: "/v2", headers: { accept: "text/html" } })
      assert.strictEqual(page.body, pageText)
    }),
  )
})

describe("a defect of ours", () => {
  it.live.each([true, false])(
    "is a 500 in the dialect's shape: its words stand in the log only (stream: %s)",
    (stream) =>
      Effect.gen(function* () {
        const dying = Layer.succeed(
          ChatOrchestratorService,
          ChatOrchestratorService.of({
            runPlan: () => Stream.die("the wheel came off"),
            streamConversation: () => Stream.empty,
            generateConversationResponse: () => Effect.succeed(""),
          }),
        )
        const commander = yield* startCommander({
          services: (sources) => Layer.merge(layerFrom(sources), dying),
        })
        const answer = yield* post(commander, { ...asking(), stream })
        assert.strictEqual(answer.status, 500)
        assert.strictEqual(errorOf(answer)?.["type"], "server_error")
        assert.notInclude(answer.body, "wheel")
        assert.include(commander.lines.join("\n"), "the wheel came off")
        assert.match(String(answer.headers["x-commander-run-id"]), /^run_/)
      }),
  )
})

describe("who may ask", () => {
  it.live("on loopback: anyone of this machine, with any bearer token or none", () =>
    Effect.gen(function* () {
      const { commander } = yield* startBoth
      assert.strictEqual((yield* post(commander, asking())).status, 200)
      const authorization = "Bearer sk-of-somebody-else-0123456789"
      assert.strictEqual((yield* post(commander, asking(), { authorization })).status, 200)
    }),
  )

  it.live("never another site's page", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      const foreign = [
        { origin: "https://evil.example" },
        { host: "evil.example" },
        { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
      ]
      for (const headers of foreign) {
        const answer = yield* post(commander, asking(), { "content-type": "text/plain", ...headers })
        assert.strictEqual(answer.status, 403)
      }
      assert.deepStrictEqual(askedOf(upstreams), [0, 0, 0])
    }),
  )

  it.live("with a token: who has it, as the client sends its key", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      const token = Redacted.make("tide-marmalade")
      const commander = yield* startCommander({ values: valuesFor(upstreams), access: { token } })
      const ask = (apiKey: string) =>
        promised(() => clientOf(commander, apiKey).chat.completions.create({ ...asking(), stream: false }))
      const error = yield* Effect.flip(ask("another"))
      assert.strictEqual(error.status, 401)
      assert.strictEqual((yield* ask("tide-marmalade")).choices[0]?.message.content, "OpenAI answers.")
      assert.strictEqual(upstreams.openai.received.length, 1)
    }),
  )

  it.live("the caller's token goes to no provider", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      yield* post(commander, asking(), { authorization: "Bearer tide-marmalade" })
      assert.notInclude(JSON.stringify(upstreams.openai.received), "marmalade")
    }),
  )
})

describe("many at once", () => {
  it.live("each gets its own answer", () =>
    Effect.gen(function* () {
      const { upstreams, commander } = yield* startBoth
      upstreams.openai.behaves(({ body }) => {
        const question = /question (\d+)/.exec(body)?.[1] ?? ""
        const text = `Answer ${question} of many.`
        return { writes: [...opening("chat-completions", text), ...closing("chat-completions")] }
      })
      const numbers = Array.from({ length: 30 }, (_, index) => index)
      yield* Effect.forEach(
        numbers,
        (number) =>
          Effect.gen(function* () {
            const request = asking({ messages: [{ role: "user", content: `question ${number}` }] })
            const expected = `Answer ${number} of many.`
            if (number % 2 === 0) {
              assert.strictEqual(textOf((yield* streamed(commander, request)).chunks), expected)
            } else {
              const { data } = yield* whole(commander, request)
              assert.strictEqual(data.choices[0]?.message.content, expected)
            }
          }),
        { concurrency: "unbounded" },
      )
    }),
  )
})
