/** The fault upstream before the clients of others: this product's adapters, the vendors' own, and its command. */
import Anthropic, { InternalServerError } from "@anthropic-ai/sdk"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import OpenAI, { AuthenticationError } from "openai"
import { layerUndici } from "@/server/transport"
import { ProviderRegistry, type StreamTextOptions } from "@/services/ai/core"
import { ProviderRegistryLive } from "@/services/ai/providers"
import { answerText } from "@/simulator/answer"
import { startFaultUpstream, type FaultUpstream } from "@/simulator/FaultUpstream"
import { faultExamples } from "@/simulator/faults"
import { buildCommander, runCli, startCli } from "@/tests/support/cliProcess"
import { configurationOf } from "@/tests/support/configuration"
import { promptOf } from "@/tests/support/conversations"
import { drain, finishIn, textIn } from "@/tests/support/parts"
import { until } from "@/tests/support/waiting"

const text = answerText()
const question = "Why is the sky blue?"
const messages = [{ role: "user" as const, content: question }]

const asking = (model: string): StreamTextOptions => ({
  model,
  prompt: promptOf({ role: "user", content: question }),
})

/** Over the server's own transport, configured by the upstream's environment alone. */
const adapterOf = (upstream: FaultUpstream, key: string) =>
  Effect.gen(function* () {
    const context = yield* Layer.build(
      ProviderRegistryLive.pipe(
        Layer.provide(Layer.merge(configurationOf(upstream.environment), layerUndici)),
      ),
    )
    const { languageModel } = yield* Context.get(context, ProviderRegistry).get(key)
    return languageModel
  })

describe.each(["openai", "anthropic", "ollama"])("this product's adapter for %s", (key) => {
  it.live("takes ok for a whole answer, with its usage", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const adapter = yield* adapterOf(upstream, key)
      const { parts, error } = yield* drain(adapter.streamText(asking("ok")))
      assert.isUndefined(error)
      assert.strictEqual(textIn(parts), text)
      assert.strictEqual(finishIn(parts)?.reason, "stop")
      assert.strictEqual(finishIn(parts)?.usage.inputTokens.total, 5)
      assert.strictEqual(finishIn(parts)?.usage.outputTokens.total, 60)
      assert.strictEqual((yield* adapter.generateText(asking("ok"))).text, text)
      assert.deepStrictEqual(
        upstream.requests(key).map(({ ended }) => ended),
        ["finished", "finished"],
      )
    }),
  )

  it.live("closes the connection of an answer that it does not want any more", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const adapter = yield* adapterOf(upstream, key)
      yield* drain(adapter.streamText(asking("stall-after-20"))).pipe(Effect.timeoutOption("100 millis"))
      yield* until(() => upstream.closedEarly() === 1)
      assert.strictEqual(upstream.requests(key)[0]?.tokensWritten, 20)
    }),
  )
})

/** What the adapters make of a fault: an answer, or the reason of their error. */
const made: Readonly<Record<string, string>> = {
  "reset-before-headers": "ConnectionFailed",
  "cut-after-40-fin": "Cut",
  "cut-after-40-reset": "Cut",
  "cut-after-40-unterminated": "Cut",
  "cut-after-40-clean": "Cut",
  "without-finish-reason": "Cut",
  "cut-in-reasoning": "Cut",
  "tool-call-cut": "Cut",
  "error-before-text": "Overloaded",
  "error-after-20": "Overloaded",
  "error-with-200": "ServerError",
  "page-with-200": "MalformedResponse",
  "json-with-200": "MalformedResponse",
  "nothing-with-200": "MalformedResponse",
  "malformed-lines-3": "MalformedResponse",
  "huge-event-11-mb": "MalformedResponse",
  "bad-request": "InvalidRequest",
  "context-too-long": "ContextTooLong",
  "content-refused": "ContentRefused",
  "bad-key": "InvalidKey",
  "no-credit": "QuotaExhausted",
  "quota-exhausted": "QuotaExhausted",
  region: "TargetUnsupported",
  "unknown-model": "TargetUnsupported",
  "rate-limited": "RateLimited",
  "rate-limited-1s": "RateLimited",
  "rate-limited-300ms": "RateLimited",
  "server-error": "ServerError",
  "bad-gateway": "ServerError",
  unavailable: "Overloaded",
  overloaded: "Overloaded",
  redirect: "TargetUnsupported",
  "fails-2-times": "ServerError",
  "rate-limited-1s-once": "RateLimited",
}

const isSilent = (name: string): boolean =>
  ["never-answers", "headers-then-silence", "stall-after-20", "pings-after-20"].includes(name)

const talking = [
  ...faultExamples.filter(({ name }) => !isSilent(name)).map(({ name }) => name),
  // One row, other numbers: what is forgiven once is not forgiven for ever.
  "malformed-lines-3",
  "huge-event-11-mb",
]

describe.each(["openai", "anthropic"])("each fault as the adapter for %s takes it", (key) => {
  it.live.each(talking)("%s", (name) =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream({ timeScale: 1 / 200 })
      const adapter = yield* adapterOf(upstream, key)
      const { error } = yield* drain(adapter.streamText(asking(name)))
      assert.strictEqual(error?._tag === "AIProviderError" ? error.reason : "answer", made[name] ?? "answer")
    }),
  )
})

const textsIn = ({ content }: Anthropic.Message): ReadonlyArray<string> =>
  content.map((block) => (block.type === "text" ? block.text : block.type))

const failureOf = (call: () => PromiseLike<unknown>): Effect.Effect<unknown, unknown> =>
  Effect.flip(Effect.tryPromise({ try: call, catch: (cause) => cause }))

describe("the vendors' own clients take ok for a whole answer", () => {
  it.live("OpenAI's, streaming and not", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const client = new OpenAI({ baseURL: upstream.urlOf("openai"), apiKey: "anything", maxRetries: 0 })
      const completion = yield* Effect.promise(() =>
        client.chat.completions.create({ model: "ok", messages }),
      )
      assert.strictEqual(completion.choices[0]?.message.content, text)
      assert.strictEqual(completion.usage?.completion_tokens, 60)
      const streamed = yield* Effect.promise(() =>
        client.chat.completions
          .stream({ model: "ok", messages, stream_options: { include_usage: true } })
          .finalChatCompletion(),
      )
      assert.strictEqual(streamed.choices[0]?.message.content, text)
      assert.strictEqual(streamed.choices[0]?.finish_reason, "stop")
      assert.strictEqual(streamed.usage?.completion_tokens, 60)
    }),
  )

  it.live("Anthropic's, streaming and not", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const client = new Anthropic({
        baseURL: upstream.urlOf("anthropic"),
        apiKey: "anything",
        maxRetries: 0,
      })
      const asked = { model: "ok", max_tokens: 1000, messages }
      const message = yield* Effect.promise(() => client.messages.create(asked))
      assert.deepStrictEqual(textsIn(message), [text])
      const streamed = yield* Effect.promise(() => client.messages.stream(asked).finalMessage())
      assert.deepStrictEqual(textsIn(streamed), [text])
      assert.strictEqual(streamed.stop_reason, "end_turn")
      assert.deepStrictEqual([streamed.usage.input_tokens, streamed.usage.output_tokens], [5, 60])
    }),
  )

  it.live("and a refusal for the error that the vendor means by it", () =>
    Effect.gen(function* () {
      const upstream = yield* startFaultUpstream()
      const openai = new OpenAI({ baseURL: upstream.urlOf("openai"), apiKey: "anything", maxRetries: 0 })
      const anthropic = new Anthropic({ baseURL: upstream.urlOf("anthropic"), apiKey: "a", maxRetries: 0 })
      const unauthorised = yield* failureOf(() =>
        openai.chat.completions.create({ model: "bad-key", messages }),
      )
      assert.instanceOf(unauthorised, AuthenticationError)
      const overloaded = yield* failureOf(() =>
        anthropic.messages.create({ model: "overloaded", max_tokens: 9, messages }),
      )
      assert.instanceOf(overloaded, InternalServerError)
      assert.deepStrictEqual([overloaded.status, overloaded.requestID], [529, "req_2"])
    }),
  )
})

describe("commander simulate", () => {
  beforeAll(buildCommander)

  it.live("says how to be asked and what it can do, then tells each request, until it is stopped", () =>
    Effect.gen(function* () {
      const simulate = yield* startCli(["simulate", "--port", "0"])
      yield* until(() => simulate.stdout().includes("rate-limited-1s-once"))
      const environment = Object.fromEntries(
        [...simulate.stdout().matchAll(/^ {2}export (\w+)=(\S+)$/gm)].map(([, name = "", value = ""]) => [
          name,
          value,
        ]),
      )
      assert.include(simulate.stdout(), `${environment["OPENAI_BASE_URL"]}/chat/completions`)
      assert.match(simulate.stdout(), /^ {2}cut-after-40-fin +the connection closes after 40 tokens/m)
      const client = new OpenAI({
        baseURL: environment["OPENAI_BASE_URL"],
        apiKey: environment["OPENAI_API_KEY"],
      })
      const completion = yield* Effect.promise(() =>
        client.chat.completions.create({ model: "ok-3-tokens", messages }),
      )
      assert.strictEqual(completion.choices[0]?.message.content, answerText(3))
      yield* until(() =>
        /^#1 \/openai\/v1\/chat\/completions ok-3-tokens: .* finished after \d+ ms$/m.test(simulate.stdout()),
      )
      yield* simulate.signal("SIGINT")
      yield* simulate.ended
      assert.strictEqual(simulate.stderr(), "")
    }),
  )

  it.live("says in one sentence that its port is taken, and fails", () =>
    Effect.gen(function* () {
      const { port } = yield* startFaultUpstream()
      const { end, stdout, stderr } = yield* runCli(["simulate", "--port", String(port)])
      assert.deepStrictEqual([end, stdout], [1, ""])
      assert.strictEqual(
        stderr,
        `commander: cannot listen on 127.0.0.1:${port}: the port is taken; stop what uses it, or choose another with --port\n`,
      )
    }),
  )

  it.live.each(["-1", "65536"])("refuses the port %s in one sentence", (port) =>
    Effect.gen(function* () {
      const { end, stderr } = yield* runCli(["simulate", `--port=${port}`])
      assert.deepStrictEqual(
        [end, stderr],
        [1, `commander: --port is "${port}"; it must be a port from 0 to 65535\n`],
      )
    }),
  )
})
