/** The fault upstream as a server: what it takes, what it remembers, and that it never breaks by accident. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { answerText, answerTokens } from "@/simulator/answer"
import { startFaultUpstream } from "@/simulator/FaultUpstream"
import { bytesOf } from "@/tests/support/bytes"
import { until } from "@/tests/support/waiting"
import { ask, bodyOf, dialects, hello, paths, type Message } from "./asking"
import { openClient, parse, post, type RawClient } from "./rawClient"
import { readStream, readWhole } from "./reading"

const text = answerText()
const said = answerTokens(20).join("")

const prefilled: ReadonlyArray<Message> = [...hello, { role: "assistant", content: said.trimEnd() }]
const instructed: ReadonlyArray<Message> = [
  ...prefilled,
  { role: "user", content: "Continue exactly where you stopped." },
]
/** As content parts, which are how Messages' own clients write it. */
const inParts = [
  ...hello,
  {
    role: "assistant",
    content: [
      { type: "text", text: "Every " },
      { type: "text", text: "evening" },
    ],
  },
]

const bodyIn = (client: RawClient): string => client.response()?.body ?? ""

const chat = (body: object): string => post(paths["chat-completions"], body)

const continuations: ReadonlyArray<
  readonly [model: string, messages: ReadonlyArray<Message>, begins: string]
> = [
  ["ok", prefilled, "\nThen stars"],
  ["ok", instructed, "\nThen stars"],
  ["starts-over", prefilled, "Every evening"],
  ["starts-over", instructed, "Every evening"],
  ["overlaps-2-words", instructed, "daylight fades.\nThen"],
  ["rejects-prefill", instructed, "\nThen stars"],
]

describe.each(dialects)("asked to continue, in %s", (dialect) => {
  it.live.each(continuations)("%s says the rest", ([model, messages, begins]) =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const streamed = bodyIn(yield* ask(upstream, { dialect, model, streams: true, messages }))
      const rest = readStream(dialect, streamed).text
      assert.strictEqual(rest.slice(0, begins.length), begins)
      assert.isTrue(text.endsWith(rest))
      const whole = bodyIn(yield* ask(upstream, { dialect, model, streams: false, messages }))
      assert.strictEqual(readWhole(dialect, whole).text, rest)
    }),
  )

  it.live("rejects-prefill refuses a prefill in the vendor's shape, and nothing else", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const question = { dialect, model: "rejects-prefill", streams: true }
      const refused = yield* ask(upstream, { ...question, messages: prefilled })
      assert.strictEqual(refused.response()?.status, 400)
      assert.strictEqual(readWhole(dialect, bodyIn(refused)).errors, 1)
      const answered = yield* ask(upstream, question)
      assert.strictEqual(readStream(dialect, bodyIn(answered)).text, text)
    }),
  )

  it.live("a rescuer may die too: it continues, and breaks after its own count", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const client = yield* ask(upstream, {
        dialect,
        model: "cut-after-3-fin",
        streams: true,
        messages: prefilled,
      })
      const { text: more, ended } = readStream(dialect, bodyIn(client))
      assert.deepStrictEqual([more, ended], ["\nThen stars", false])
    }),
  )
})

describe("what it takes", () => {
  it.live("an answer in several parts of content", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const client = yield* openClient(upstream.port)
      client.send(post(paths.messages, { model: "ok", stream: true, messages: inParts }))
      yield* until(() => client.response()?.isComplete ?? false)
      assert.match(readStream("messages", bodyIn(client)).text, /^ Zoë/)
    }),
  )

  it.live("calls the first tool that the request offers", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const client = yield* openClient(upstream.port)
      const tools = [{ type: "function", function: { name: "forecast" } }]
      client.send(chat({ model: "tool-call", tools, messages: hello }))
      yield* until(() => client.response()?.isComplete ?? false)
      assert.include(bodyIn(client), '"name":"forecast"')
    }),
  )

  it.live("tells usage in a Chat Completions stream only when asked, as OpenAI does", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const client = yield* openClient(upstream.port)
      client.send(chat({ model: "ok", stream: true, messages: hello }))
      yield* until(() => client.response()?.isComplete ?? false)
      const { usages, ended } = readStream("chat-completions", bodyIn(client))
      assert.deepStrictEqual([usages, ended], [[], true])
    }),
  )

  it.live("one request after the other on a connection, pipelined ones in their order", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const client = yield* openClient(upstream.port)
      const question = { model: "server-error", messages: hello }
      client.send(chat(question) + chat({ ...question, model: "overloaded" }))
      yield* until(() => upstream.requests().filter(({ ended }) => ended === "finished").length === 2)
      client.send(post("/ollama/api/chat", { ...question, model: "bad-key" }))
      yield* until(() => client.bytes().includes("unauthorized"))
      assert.deepStrictEqual(
        client
          .bytes()
          .toString()
          .match(/HTTP\/1\.1 \d+/g),
        ["HTTP/1.1 500", "HTTP/1.1 529", "HTTP/1.1 401"],
      )
      assert.strictEqual(upstream.openSockets(), 1)
      assert.strictEqual(client.state(), "open")
    }),
  )

  it.live.each([true, false])("closes where the client wants it, streaming: %s", (stream) =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const client = yield* openClient(upstream.port)
      client.send(post(paths.messages, { model: "ok", stream, messages: hello }, { connection: "close" }))
      yield* until(() => client.state() === "fin")
      assert.strictEqual(client.response()?.headers["connection"], "close")
      assert.isTrue(client.response()?.isComplete)
      assert.strictEqual(upstream.requests()[0]?.ended, "finished")
    }),
  )

  it.live("sends no chunks to a client of HTTP/1.0", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const client = yield* openClient(upstream.port)
      client.send(chat({ stream: true, messages: hello }).replace("HTTP/1.1", "HTTP/1.0"))
      yield* until(() => client.state() === "fin")
      assert.isUndefined(client.response()?.headers["transfer-encoding"])
      assert.strictEqual(readStream("chat-completions", bodyIn(client)).text, text)
    }),
  )

  it.live("tells a client that waits for it to go on", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const client = yield* openClient(upstream.port)
      const [head = "", body = ""] = post(
        paths.messages,
        { messages: hello },
        { expect: "100-continue" },
      ).split("\r\n\r\n")
      client.send(`${head}\r\n\r\n`)
      yield* until(() => client.bytes().length > 0)
      assert.strictEqual(client.bytes().toString(), "HTTP/1.1 100 Continue\r\n\r\n")
      client.send(body)
      yield* until(() => client.bytes().includes("HTTP/1.1 200 OK"))
    }),
  )

  it.live("answers for Ollama's version and its models, which are the faults", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const client = yield* openClient(upstream.port)
      client.send("GET /ollama/api/version HTTP/1.1\r\n\r\n")
      yield* until(() => client.response()?.isComplete ?? false)
      assert.deepStrictEqual(JSON.parse(bodyIn(client)), { version: "0.20.0" })
      const other = yield* openClient(upstream.port)
      other.send("GET /api/tags HTTP/1.1\r\n\r\n")
      yield* until(() => other.response()?.isComplete ?? false)
      assert.include(bodyIn(other), '"name":"cut-after-40-fin"')
    }),
  )
})

const asked = JSON.stringify({ messages: hello })

const refusals: ReadonlyArray<readonly [what: string, bytes: string, status: number, says: string]> = [
  [
    "JSON that breaks off",
    post(paths["chat-completions"], '{"messages": ['),
    400,
    '"type":"invalid_request_error"',
  ],
  ["JSON that breaks off, in Messages", post(paths.messages, "{"), 400, '{"type":"error","error":{"type":'],
  ["JSON that breaks off, for Ollama", post(paths.ollama, "{"), 400, '{"error":"json: '],
  ["a list", post(paths.messages, "[]"), 400, "invalid_request_error"],
  ["null", post(paths.ollama, "null"), 400, "error"],
  ["no body", "POST /v1/messages HTTP/1.1\r\n\r\n", 400, "invalid_request_error"],
  ["no messages", post(paths["chat-completions"], { model: "ok" }), 400, "messages"],
  ["messages that are text", post(paths["chat-completions"], { messages: "hi" }), 400, "messages"],
  ["a path that leads nowhere", post("/openai/v1/embeddings", asked), 404, "unknown_url"],
  ["a path that leads nowhere, in Messages", post("/anthropic/v2/messages", asked), 404, "not_found_error"],
  ["the root", "GET / HTTP/1.1\r\n\r\n", 404, "unknown_url"],
  ["a GET where one asks", "GET /v1/messages HTTP/1.1\r\n\r\n", 405, "Method Not Allowed"],
  ["a POST where one reads", post("/api/version", "{}"), 405, "405"],
  ["no HTTP", "\u0016\u0003\u0001 hello\r\n\r\n", 400, "invalid_request_error"],
  [
    "a body of more than 32 MB",
    "POST /v1/messages HTTP/1.1\r\ncontent-length: 33554433\r\n\r\n{",
    413,
    "request_too_large",
  ],
]

describe("refuses in the dialect's words, and goes on", () => {
  it.live.each(refusals)("%s", ([, bytes, status, says]) =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      upstream.script("anthropic", ["server-error"])
      const client = yield* openClient(upstream.port)
      client.send(bytes)
      yield* until(() => client.response()?.isComplete ?? false)
      assert.strictEqual(client.response()?.status, status)
      assert.include(bodyIn(client), says)
      assert.isUndefined(upstream.requests()[0]?.fault)
      const next = yield* ask(upstream, { dialect: "ollama", model: "ok", streams: true })
      assert.strictEqual(readStream("ollama", bodyIn(next)).text, text)
    }),
  )

  it.live("takes a body of 32 MB less a little", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const client = yield* openClient(upstream.port)
      client.send(chat({ model: "ok", messages: hello, padding: "x".repeat(31 * 1024 * 1024) }))
      yield* until(() => client.response()?.isComplete ?? false)
      assert.strictEqual(client.response()?.status, 200)
    }),
  )

  it.live("HEAD is answered without a body", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const client = yield* openClient(upstream.port)
      client.send("HEAD / HTTP/1.1\r\nconnection: close\r\n\r\n")
      yield* until(() => client.state() === "fin")
      assert.deepStrictEqual([client.response()?.status, bodyIn(client)], [404, ""])
    }),
  )
})

describe("scripts", () => {
  it.live("of a route come before the model's name; a path without a key has its dialect's", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      upstream.script("openai", ["server-error", "ok"])
      upstream.script("groq", ["overloaded"])
      const client = yield* openClient(upstream.port)
      const question = { model: "bad-key", messages: hello }
      const routes = [
        "/openai/v1/chat/completions",
        "/v1/chat/completions",
        "/groq/v1/chat/completions",
        "/v1/messages",
      ]
      client.send(routes.map((path) => post(path, question)).join(""))
      yield* until(() => upstream.requests().filter(({ ended }) => ended === "finished").length === 4)
      assert.deepStrictEqual(
        upstream.requests().map(({ key, fault }) => [key, fault]),
        [
          ["openai", "server-error"],
          ["openai", "ok"],
          ["groq", "overloaded"],
          ["anthropic", "bad-key"],
        ],
      )
    }),
  )

  it.live("a target that flaps fails as often as it says, then answers", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      upstream.script("openai", ["fails-2-times"])
      const statuses: Array<number | undefined> = []
      for (const _ of [1, 2, 3, 4]) {
        const client = yield* ask(upstream, { dialect: "chat-completions", model: "m", streams: true })
        statuses.push(client.response()?.status)
      }
      assert.deepStrictEqual(statuses, [500, 500, 200, 200])
    }),
  )

  it.live("who follows a redirect is seen", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const request = {
        method: "POST",
        body: JSON.stringify(bodyOf({ dialect: "messages", model: "redirect", streams: false })),
      }
      yield* Effect.promise(() => fetch(`${upstream.urlOf("anthropic")}/v1/messages`, request))
      assert.deepStrictEqual(
        upstream.requests().map(({ key, path }) => [key, path]),
        [
          ["anthropic", "/anthropic/v1/messages"],
          ["redirected", "/redirected/v1/messages"],
        ],
      )
    }),
  )
})

describe("the log", () => {
  it.live("keeps what was asked, and when what was written", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream({ timeScale: 1 / 50 })
      const question = { dialect: "chat-completions", model: "first-token-after-2s", streams: true } as const
      yield* ask(upstream, question)
      const [request] = upstream.requests("openai")
      assert.isDefined(request)
      assert.deepStrictEqual(request.body, bodyOf(question))
      assert.strictEqual(request.headers["content-type"], "application/json")
      assert.deepStrictEqual([request.tokensWritten, request.ended], [60, "finished"])
      const { receivedAt, headersAt = 0, firstTokenAt = 0, lastWriteAt = 0, endedAt = 0 } = request
      const times = [receivedAt, headersAt, firstTokenAt, lastWriteAt, endedAt]
      assert.deepStrictEqual(
        times,
        times.toSorted((left, right) => left - right),
      )
      // 2 s, scaled; a timer of Node may be a millisecond early.
      assert.isAtLeast(firstTokenAt - headersAt, 38)
    }),
  )

  it.live.each(["never-answers", "headers-then-silence", "stall-after-5", "pace-1000ms"])(
    "%s: silent until the client leaves, which is told",
    (model) =>
      Effect.gen(function* () {
        const upstream = yield* startFaultUpstream()
        const client = yield* openClient(upstream.port)
        client.send(post(paths.ollama, { model, messages: hello }))
        yield* until(() => upstream.requests().length === 1)
        const [request] = upstream.requests()
        yield* until(() => request?.ended === (model === "pace-1000ms" ? "answering" : "stalling"))
        assert.deepStrictEqual([upstream.openSockets(), upstream.closedEarly()], [1, 0])
        client.destroy()
        yield* until(() => request?.ended === "closed-by-client")
        assert.deepStrictEqual([upstream.openSockets(), upstream.closedEarly()], [0, 1])
      }),
  )

  it.live("a client that leaves after the end did not leave early", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const client = yield* ask(upstream, { dialect: "messages", model: "ok", streams: true })
      client.destroy()
      yield* until(() => upstream.openSockets() === 0)
      assert.deepStrictEqual([upstream.requests()[0]?.ended, upstream.closedEarly()], ["finished", 0])
    }),
  )

  it.live("tells how long a route was left alone between two requests", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      yield* ask(upstream, { dialect: "messages", model: "server-error", streams: true })
      yield* Effect.sleep("60 millis")
      yield* ask(upstream, { dialect: "ollama", model: "ok", streams: true })
      yield* ask(upstream, { dialect: "messages", model: "ok", streams: true })
      const [gap = 0, ...others] = upstream.gaps("anthropic")
      assert.isAtLeast(gap, 58)
      assert.deepStrictEqual([others, upstream.gaps("ollama"), upstream.gaps("groq")], [[], [], []])
    }),
  )

  it.live("tells each request as it ends, once", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const told = yield* Effect.forkChild(Stream.runCollect(Stream.take(upstream.ended, 3)))
      yield* Effect.yieldNow
      const stalled = yield* ask(upstream, { dialect: "ollama", model: "stall-after-2", streams: true })
      yield* ask(upstream, { dialect: "ollama", model: "ok", streams: true })
      stalled.destroy()
      yield* until(() => upstream.closedEarly() === 1)
      yield* ask(upstream, { dialect: "ollama", model: "cut-after-1-fin", streams: true })
      const requests = yield* Fiber.join(told)
      assert.deepStrictEqual(
        requests.map(({ sequence, ended }) => [sequence, ended]),
        [
          [2, "finished"],
          [1, "closed-by-client"],
          [3, "cut"],
        ],
      )
    }),
  )

  it.live("reset forgets scripts and requests", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      upstream.script("openai", ["server-error"])
      yield* ask(upstream, { dialect: "chat-completions", model: "ok", streams: true })
      upstream.reset()
      assert.deepStrictEqual(upstream.requests(), [])
      const client = yield* ask(upstream, { dialect: "chat-completions", model: "ok", streams: true })
      assert.deepStrictEqual([client.response()?.status, upstream.requests()[0]?.sequence], [200, 1])
    }),
  )
})

describe("the server", () => {
  it.live("closes every connection with its scope, and blames no client for it", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const upstream = yield* Scope.provide(startFaultUpstream(), scope)
      const stalled = yield* ask(upstream, { dialect: "ollama", model: "stall-after-2", streams: true })
      const idle = yield* openClient(upstream.port)
      yield* Scope.close(scope, Exit.void)
      yield* until(() => stalled.state() !== "open" && idle.state() !== "open")
      assert.deepStrictEqual([upstream.requests()[0]?.ended, upstream.openSockets()], ["stalling", 0])
    }),
  )

  it.live("says in one sentence that its port is taken", () =>
    Effect.gen(function* () {
      const { port } = yield* startFaultUpstream()
      const { message } = yield* Effect.flip(startFaultUpstream({ port }))
      assert.strictEqual(
        message,
        `cannot listen on 127.0.0.1:${port}: the port is taken; stop what uses it, or choose another with --port`,
      )
    }),
  )

  it.live("outlives bytes that mean nothing", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const noise = [
        "\r\n\r\n\r\n",
        "\u0000".repeat(500),
        "POST",
        "a".repeat(70_000),
        "POST / HTTP/1.1\r\n:\r\n\r\n",
      ]
      for (const bytes of noise) {
        const client = yield* openClient(upstream.port)
        client.send(bytesOf(bytes))
        client.destroy()
      }
      const client = yield* ask(upstream, { dialect: "messages", model: "ok", streams: true })
      assert.strictEqual(readStream("messages", bodyIn(client)).text, text)
    }),
  )

  it.live("answers fifty requests at once, each as its own fault says", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const models = ["ok", "server-error", "stall-after-20", "cut-after-40-fin", "ok-90-tokens"]
      const questions = Array.from({ length: 50 }, (_, index) => ({
        dialect: dialects[index % dialects.length] ?? "ollama",
        model: models[index % models.length] ?? "ok",
        streams: true,
      }))
      const clients = yield* Effect.forEach(questions, ({ dialect, model }) =>
        Effect.tap(openClient(upstream.port), (client) =>
          Effect.sync(() => client.send(post(paths[dialect], { model, stream: true, messages: hello }))),
        ),
      )
      yield* until(() => upstream.requests().filter(({ ended }) => ended !== "answering").length === 50)
      const tokens = {
        ok: 60,
        "server-error": 0,
        "stall-after-20": 20,
        "cut-after-40-fin": 40,
        "ok-90-tokens": 90,
      }
      for (const [index, { dialect, model }] of questions.entries()) {
        const wanted = Object.entries(tokens).find(([name]) => name === model)?.[1] ?? 0
        const client = clients[index]
        yield* until(() => readStream(dialect, bodyIn(client ?? assert.fail())).text === answerText(wanted))
      }
    }),
  )
})

describe("the raw client of these tests", () => {
  it("tells a body that lacks its last chunk from one that has it", () => {
    const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    const complete = ["", "2\r\nab\r\n", "2\r\nab\r\n0\r\n\r\n"].map(
      (body) => parse(Buffer.from(head + body), true)?.isComplete,
    )
    assert.deepStrictEqual(complete, [false, false, true])
  })
})
