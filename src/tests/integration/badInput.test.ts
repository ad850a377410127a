/** What the server says to requests that are wrong, and that it goes on serving the others. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { ProviderSettings } from "@/client/ProviderSettings"
import { ChatOrchestratorService, type ChatRequest } from "@/services/ai/orchestration/ChatOrchestratorTag"
import { onPage, openPage, startCommander, type Commander } from "@/tests/support/commander"
import { openSocket } from "@/tests/support/rawSocket"
import { hangingAfter, startUpstreams, valuesFor } from "@/tests/support/upstreams"
import { until } from "@/tests/support/waiting"

const asking = (more: Partial<ChatRequest> = {}): ChatRequest => ({
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  preferredProvider: { key: "openai" },
  ...more,
})

const lastEventOf = (commander: Commander, request: ChatRequest) =>
  Effect.gen(function* () {
    const page = yield* openPage(commander.rpcUrl)
    const run = Effect.flatMap(ChatOrchestratorService, ({ runPlan }) => Stream.runCollect(runPlan(request)))
    return (yield* onPage(page)(run)).at(-1)
  })

/** Another page, on a line of its own, is answered as ever. */
const assertServes = (commander: Commander) =>
  Effect.gen(function* () {
    const last = yield* lastEventOf(commander, asking())
    assert.strictEqual(last?.type, "plan-completed")
  })

describe("a request that is wrong", () => {
  interface Case {
    readonly fact: string
    readonly request: ChatRequest
    readonly told: RegExp
  }

  const cases: ReadonlyArray<Case> = [
    { fact: "no message", request: asking({ messages: [] }), told: /^there is no message to answer$/ },
    {
      fact: "blank messages only",
      request: asking({ messages: [{ role: "user", content: " \n" }] }),
      told: /^there is no message to answer$/,
    },
    {
      fact: "nobody's question",
      request: asking({ messages: [{ role: "assistant", content: "Hello." }] }),
      told: /^there is no message to answer$/,
    },
    {
      fact: "1 MB in one message",
      request: asking({ messages: [{ role: "user", content: "x".repeat(1024 * 1024) }] }),
      told: /^a message has 1,048,576 characters; at most 200,000 can be sent in one$/,
    },
    {
      fact: "too many messages",
      request: asking({
        messages: Array.from({ length: 2001 }, () => ({ role: "user" as const, content: "Hi" })),
      }),
      told: /^the conversation has 2,001 messages; at most 2,000 can be sent$/,
    },
    {
      fact: "5 MB in all",
      request: asking({
        messages: Array.from({ length: 50 }, () => ({ role: "user" as const, content: "x".repeat(100_000) })),
      }),
      told: /^the conversation has 5,000,000 characters; at most 4,000,000 can be sent$/,
    },
    {
      fact: "an unknown provider",
      request: asking({ preferredProvider: { key: "opnai" } }),
      told: /^there is no provider "opnai"; there are openai, anthropic, ollama, simulator$/,
    },
  ]

  it.live.each(cases)(
    "$fact: the run fails with one sentence, nobody is asked, others are served",
    ({ request, told }) =>
      Effect.gen(function* () {
        const upstreams = yield* startUpstreams
        const commander = yield* startCommander({ values: valuesFor(upstreams) })
        const last = yield* lastEventOf(commander, request)
        assert.strictEqual(last?.type, "plan-failed")
        assert.match(last?.type === "plan-failed" ? last.error.message : "", told)
        assert.strictEqual(upstreams.openai.received.length, 0)
        yield* assertServes(commander)
      }),
  )

  it.live.each([
    { fact: "an empty key", request: asking({ preferredProvider: { key: "" } }) },
    { fact: "an empty model", request: asking({ preferredProvider: { key: "openai", modelName: "" } }) },
    { fact: "a temperature of 9", request: asking({ options: { temperature: 9 } }) },
  ])(
    "$fact: what the contract does not allow fails the run, and does not kill the page's fiber",
    ({ request }) =>
      Effect.gen(function* () {
        const upstreams = yield* startUpstreams
        const commander = yield* startCommander({ values: valuesFor(upstreams) })
        const ending = yield* Effect.exit(lastEventOf(commander, request))
        assert.strictEqual(Exit.isSuccess(ending) && ending.value?.type, "plan-failed")
        yield* assertServes(commander)
      }),
  )

  it.live("more than the line takes at once (16 MB): told, and not as a lost server; others are served", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      const commander = yield* startCommander({ values: valuesFor(upstreams) })
      const last = yield* lastEventOf(
        commander,
        asking({ messages: [{ role: "user", content: "x".repeat(17 * 1024 * 1024) }] }),
      )
      assert.strictEqual(last?.type, "plan-failed")
      const error = last?.type === "plan-failed" ? last.error : undefined
      assert.match(error?.message ?? "", /characters; at most|too large|too long/)
      assert.notStrictEqual(error?._tag === "AIProviderError" && error.reason, "Disconnected")
      yield* assertServes(commander)
    }),
  )
})

describe("settings that are wrong", () => {
  it.live("only the keys of providers can be written, tested and deleted", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      const commander = yield* startCommander({ values: valuesFor(upstreams) })
      const page = yield* openPage(commander.rpcUrl)
      const settings = yield* onPage(page)(ProviderSettings)
      for (const keyName of ["COMMANDER_TOKEN", "PATH", "OPENAI_BASE_URL", "__proto__", ""]) {
        const written = yield* Effect.flip(settings.setSecret(keyName, Redacted.make("value")))
        assert.include(written.message, `${keyName} is not the key of a provider`)
        const deleted = yield* Effect.flip(settings.deleteSecret(keyName))
        assert.include(deleted.message, `${keyName} is not the key of a provider`)
      }
      const unknown = yield* Effect.flip(settings.test("opnai"))
      assert.include(unknown.message, 'there is no provider "opnai"')
      assert.strictEqual(yield* settings.test("openai"), "gpt-5.4")
      yield* assertServes(commander)
    }),
  )

  it.live.each(["", "   "])("an empty key (%j) is refused, and the one that works is kept", (value) =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      const commander = yield* startCommander({ values: valuesFor(upstreams) })
      const page = yield* openPage(commander.rpcUrl)
      const settings = yield* onPage(page)(ProviderSettings)
      const refused = yield* Effect.flip(settings.setSecret("OPENAI_API_KEY", Redacted.make(value)))
      assert.match(refused.message, /OPENAI_API_KEY|empty/)
      assert.strictEqual(yield* settings.test("openai"), "gpt-5.4")
    }),
  )
})

describe("frames that are wrong", () => {
  interface Case {
    readonly fact: string
    readonly frame: string | Uint8Array
  }

  const request = (fields: object): string =>
    JSON.stringify({ _tag: "Request", id: "1", tag: "RunPlan", payload: {}, headers: [], ...fields })

  const cases: ReadonlyArray<Case> = [
    { fact: "no JSON", frame: "hello" },
    { fact: "half of a JSON", frame: '{"_tag":"Request","id":"1",' },
    { fact: "JSON that is no message", frame: "42" },
    { fact: "null", frame: "null" },
    { fact: "a list of nonsense", frame: "[1, null, {}]" },
    { fact: "a message without a tag", frame: "{}" },
    { fact: "an unknown tag", frame: '{"_tag":"Nonsense"}' },
    {
      fact: "an unknown call",
      frame: request({ tag: "ReadSecret", payload: { keyName: "OPENAI_API_KEY" } }),
    },
    { fact: "a call without its fields", frame: request({}) },
    {
      fact: "a call with wrong fields",
      frame: request({ payload: { messages: "x", preferredProvider: 3 } }),
    },
    {
      fact: "a role that does not exist",
      frame: request({
        payload: { messages: [{ role: "root", content: "x" }], preferredProvider: { key: "openai" } },
      }),
    },
    {
      fact: "a plan of no steps",
      frame: request({
        payload: {
          messages: [{ role: "user", content: "x" }],
          preferredProvider: { key: "openai" },
          plan: { name: "x", steps: [] },
        },
      }),
    },
    { fact: "an acknowledgement of nothing", frame: '{"_tag":"Ack","requestId":"99"}' },
    { fact: "an interruption of nothing", frame: '{"_tag":"Interrupt","requestId":"99","interruptors":[]}' },
    { fact: "bytes", frame: new Uint8Array([0xff, 0xfe, 0, 1]) },
    { fact: "deep nesting", frame: "[".repeat(100_000) },
    { fact: "a frame of 17 MB", frame: "x".repeat(17 * 1024 * 1024) },
  ]

  it.live.each(cases)("$fact: others are served, also those whose answer is under way", ({ frame }) =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      const answer = upstreams.ollama
      answer.behaves(hangingAfter("chat-completions", "The sky is"))
      const commander = yield* startCommander({ values: valuesFor(upstreams) })
      const page = yield* openPage(commander.rpcUrl)
      let text = ""
      let ended = false
      const reading = ChatOrchestratorService.pipe(
        Effect.flatMap(({ streamConversation }) =>
          Stream.runForEach(streamConversation(asking({ preferredProvider: { key: "ollama" } })), (chunk) =>
            Effect.sync(() => void (text += chunk.text)),
          ),
        ),
        Effect.exit,
        Effect.andThen(Effect.sync(() => void (ended = true))),
      )
      yield* Effect.forkScoped(onPage(page)(reading))
      yield* until(() => text === "The sky is")

      const stranger = yield* openSocket(commander.rpcUrl)
      yield* stranger.send(frame)
      yield* stranger.send('{"_tag":"Ping"}')
      // Answered or closed: never left without either.
      yield* until(() => stranger.frames.length > 0 || stranger.closeCode() !== undefined)
      assert.notMatch(stranger.frames.join("\n"), /sk-|node_modules|\.js:\d+/)
      yield* assertServes(commander)
      assert.isFalse(ended)
    }),
  )

  it.live("a wrong call is told what is wrong with it", () =>
    Effect.gen(function* () {
      const commander = yield* startCommander({})
      const stranger = yield* openSocket(commander.rpcUrl)
      yield* stranger.send(request({ payload: { messages: "x", preferredProvider: { key: "openai" } } }))
      yield* until(() => stranger.frames.length > 0)
      assert.match(stranger.frames.join("\n"), /messages/)
      assert.isUndefined(stranger.closeCode())
    }),
  )

  it.live("a frame that is too large closes its own line as such (1009)", () =>
    Effect.gen(function* () {
      const commander = yield* startCommander({})
      const stranger = yield* openSocket(commander.rpcUrl)
      yield* stranger.send("x".repeat(17 * 1024 * 1024))
      yield* until(() => stranger.closeCode() !== undefined)
      assert.strictEqual(stranger.closeCode(), 1009)
    }),
  )
})
