/** The `commander` command as its users have it: a process with arguments, an environment and two streams. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { ChatOrchestratorService } from "@/services/ai/orchestration/ChatOrchestratorTag"
import type { PlanEvent } from "@/services/ai/orchestration"
import { buildCommander, runCli, startCli, startServe } from "@/tests/support/cliProcess"
import { dotEnvOf, onPage, openPage } from "@/tests/support/commander"
import { errorBody } from "@/tests/support/dialects"
import { send } from "@/tests/support/rawHttp"
import { temporaryFolder } from "@/tests/support/temporaryFolder"
import {
  answering,
  breakingAfter,
  hangingAfter,
  refusing,
  startUpstreams,
  valuesFor,
} from "@/tests/support/upstreams"
import { until } from "@/tests/support/waiting"

beforeAll(buildCommander)

const simulated = (model: string, ...more: ReadonlyArray<string>): ReadonlyArray<string> => [
  "chat",
  "Why is the sky blue?",
  "--provider",
  "simulator",
  "--model",
  model,
  ...more,
]

describe.concurrent("commander chat", () => {
  it.live("writes the answer to stdout and nothing to stderr", () =>
    Effect.gen(function* () {
      const { end, stdout, stderr } = yield* runCli(simulated("instant"))
      assert.deepStrictEqual([end, stderr], [0, ""])
      assert.include(stdout, "> Why is the sky blue?")
      assert.isTrue(stdout.endsWith("\n"))
    }),
  )

  it.live("streams: the first words are there while the provider still writes", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      upstreams.openai.behaves(hangingAfter("chat-completions", "The sky is"))
      const cli = yield* startCli(["chat", "Why?", "--provider", "openai"], {
        environment: valuesFor(upstreams),
      })
      yield* until(() => cli.stdout() === "The sky is")
      yield* cli.signal("SIGINT")
      assert.notStrictEqual(yield* cli.ended, 0)
      yield* upstreams.openai.clientLeft
    }),
  )

  it.live("with --plan-log, tells the run on stderr, line by line, in order", () =>
    Effect.gen(function* () {
      const { end, stdout, stderr } = yield* runCli(simulated("bad-key", "--plan-log"))
      assert.strictEqual(end, 0)
      assert.include(stdout, "> Why is the sky blue?")
      const marks = stderr.split("\n").flatMap((line) => (/^\S/.test(line) ? [line.slice(0, 1)] : []))
      assert.deepStrictEqual(marks, ["p", "→", "✖", "○", "○", "↪", "→", "●", "✔"])
      assert.include(stderr, "→ #1 asking simulator/bad-key")
      assert.include(stderr, "✔ answered by simulator/steady")
      assert.notInclude(stdout, "✔")
    }),
  )

  it.live("without --plan-log, still says why somebody else answers", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      upstreams.openai.behaves(
        refusing(401, errorBody("chat-completions", "invalid_request_error", "Incorrect API key")),
      )
      const { end, stdout, stderr } = yield* runCli(["chat", "Why?", "--provider", "OpenAI"], {
        environment: valuesFor(upstreams),
      })
      assert.deepStrictEqual([end, stdout], [0, "Anthropic answers.\n"])
      assert.match(
        stderr,
        /^↪ switching from openai\/\S+ to anthropic\/\S+: openai answered 401: Incorrect API key\n$/,
      )
    }),
  )

  it.live("takes the first provider that is configured; keys may lie in .env", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      const folder = yield* temporaryFolder
      const { ANTHROPIC_API_KEY = "", ANTHROPIC_BASE_URL = "" } = valuesFor(upstreams)
      writeFileSync(join(folder, ".env"), dotEnvOf({ ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL }))
      const { end, stdout } = yield* runCli(["chat", "Why?"], { folder })
      assert.deepStrictEqual([end, stdout], [0, "Anthropic answers.\n"])
    }),
  )

  it.live("--model goes to the provider", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      yield* runCli(["chat", "Why?", "--provider", "openai", "--model", "gpt-4.1"], {
        environment: valuesFor(upstreams),
      })
      const { model }: { readonly model?: string } = JSON.parse(upstreams.openai.received[0]?.body ?? "{}")
      assert.strictEqual(model, "gpt-4.1")
    }),
  )

  it.live("an answer that breaks off is continued on stdout, and stderr says by whom", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      upstreams.openai.behaves(breakingAfter("chat-completions", "The sky is "))
      upstreams.anthropic.behaves(answering("messages", "blue."))
      const { end, stdout, stderr } = yield* runCli(["chat", "Why?", "--provider", "openai"], {
        environment: valuesFor(upstreams),
      })
      assert.deepStrictEqual([end, stdout], [0, "The sky is blue.\n"])
      assert.match(
        stderr,
        /^↪ switching from openai\/\S+ to anthropic\/\S+: openai: the connection broke.*\n$/,
      )
    }),
  )

  it.live("under a plan that would begin anew it is continued too: nothing on stdout can be taken back", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const steps = ["instant+cuts-after-5", "instant"].map((model) => ({ provider: "simulator", model }))
      const plans = { anew: { steps, onPartial: "restart" } }
      writeFileSync(join(folder, "commander.config.jsonc"), JSON.stringify({ plans }))
      const { end, stdout } = yield* runCli(["chat", "Why?", "--plan", "anew"], { folder })
      assert.strictEqual(end, 0)
      assert.strictEqual(stdout.split("This is Commander's").length, 2)
      assert.include(stdout, "> Why?")
    }),
  )

  it.live("one that nobody continues stays on stdout, is told to be incomplete, and is a failure", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      upstreams.openai.behaves(breakingAfter("chat-completions", "The sky is"))
      upstreams.anthropic.behaves(refusing(500, errorBody("messages", "api_error", "down")))
      upstreams.ollama.behaves(refusing(500, errorBody("chat-completions", "server_error", "down")))
      const { end, stdout, stderr } = yield* runCli(["chat", "Why?", "--provider", "openai"], {
        environment: valuesFor(upstreams),
      })
      assert.deepStrictEqual([end, stdout], [1, "The sky is\n"])
      assert.match(stderr, /^commander: the answer above is incomplete: openai: the connection broke/m)
    }),
  )

  it.live("when nobody can answer, says who and why, in one line, and fails", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      upstreams.openai.behaves(
        refusing(401, errorBody("chat-completions", "invalid_request_error", "Incorrect API key")),
      )
      upstreams.anthropic.behaves(refusing(402, errorBody("messages", "billing_error", "Credit is used up")))
      upstreams.ollama.behaves(
        refusing(404, errorBody("chat-completions", "not_found", 'model "gemma3:1b" not found')),
      )
      const { end, stdout, stderr } = yield* runCli(["chat", "Why?", "--provider", "openai"], {
        environment: valuesFor(upstreams),
      })
      assert.deepStrictEqual([end, stdout], [1, ""])
      const last = stderr.trimEnd().split("\n").at(-1) ?? ""
      assert.match(last, /^commander: No provider could answer\./)
      for (const words of [
        "openai/",
        "anthropic/",
        "ollama/",
        "Incorrect API key",
        "Credit is used up",
        "not found",
      ]) {
        assert.include(last, words)
      }
    }),
  )

  it.live("a reader that leaves early ends it without a stack trace", () =>
    Effect.gen(function* () {
      const cli = yield* startCli(simulated("instant+long"))
      yield* cli.closeStdout
      yield* cli.ended
      assert.notMatch(cli.stderr(), /EPIPE|node:|at .*\.js/)
    }),
  )
})

describe.concurrent("commander, asked wrongly", () => {
  interface Case {
    readonly fact: string
    readonly args: ReadonlyArray<string>
    readonly environment?: Readonly<Record<string, string>>
    readonly file?: string
    readonly told: RegExp
  }

  const cases: ReadonlyArray<Case> = [
    { fact: "an empty message", args: ["chat", "  "], told: /^commander: there is no message to answer\n$/ },
    {
      fact: "an unknown provider",
      args: ["chat", "Hi", "--provider", "opnai"],
      told: /^commander: there is no provider "opnai"; there are openai, anthropic, ollama, simulator\n$/,
    },
    {
      fact: "a provider without a key, and no other",
      args: ["chat", "Hi", "--provider", "openai"],
      told: /^commander: No provider can be asked\. OpenAI has no key: set OPENAI_API_KEY; Anthropic has no key: set ANTHROPIC_API_KEY\n$/,
    },
    {
      fact: "chat with a broken configuration file",
      args: simulated("instant"),
      file: '{\n  "values": {\n}',
      told: /^commander: \S*commander\.config\.jsonc: line 3: .+\n$/,
    },
    {
      fact: "serve with a broken configuration file",
      args: ["serve", "--port", "0"],
      file: '{\n  "values": { "A": 1 }\n}',
      told: /^commander: \S*commander\.config\.jsonc: line 2: values\.A: .+\n$/,
    },
    {
      fact: "COMMANDER_PORT nonsense",
      args: ["serve"],
      environment: { COMMANDER_PORT: "nonsense" },
      told: /^commander: COMMANDER_PORT is "nonsense"; it must be a port from 0 to 65535\n$/,
    },
    {
      fact: "--port out of range",
      args: ["serve", "--port", "70000"],
      told: /^commander: .*70000.*65535.*\n$/,
    },
    {
      fact: "COMMANDER_HOST=0.0.0.0 without a token",
      args: ["serve", "--port", "0"],
      environment: { COMMANDER_HOST: "0.0.0.0" },
      told: /^commander: COMMANDER_HOST is 0\.0\.0\.0, which others can reach: set COMMANDER_TOKEN.*\n$/,
    },
    {
      fact: "an address that this machine has not",
      args: ["serve", "--port", "0", "--host", "192.0.2.1"],
      environment: { COMMANDER_TOKEN: "t" },
      told: /^commander: cannot listen on 192\.0\.2\.1:0: this machine has no such address.*\n$/,
    },
    {
      fact: "an unusable data folder",
      args: ["serve", "--port", "0"],
      environment: { COMMANDER_HOME: "/dev/null/data" },
      told: /^commander: .*\/dev\/null\/data.* cannot be (used|read): .+\n$/,
    },
  ]

  it.live.each(cases)("$fact: one clear sentence and exit code 1", ({ args, environment = {}, file, told }) =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      if (file !== undefined) writeFileSync(join(folder, "commander.config.jsonc"), file)
      const { end, stdout, stderr } = yield* runCli(args, { folder, environment })
      assert.match(stderr, told)
      assert.notMatch(stderr, /\n {4}at |undefined|\[object/)
      assert.deepStrictEqual([end, stdout], [1, ""])
    }),
  )

  it.live.each([
    { fact: "a forgotten message", args: ["chat"], told: "message" },
    { fact: "an unknown flag", args: ["chat", "Hi", "--wrong"], told: "--wrong" },
    { fact: "an unknown command", args: ["wrong"], told: "wrong" },
  ])("$fact: how it is used, and an exit code that is not 0", ({ args, told }) =>
    Effect.gen(function* () {
      const { end, stdout, stderr } = yield* runCli(args)
      assert.notStrictEqual(end, 0)
      assert.include(stdout, "USAGE")
      assert.include(stderr, told)
    }),
  )
})

describe.concurrent("commander serve", () => {
  it.live.each(["SIGTERM", "SIGINT"] as const)(
    "%s ends it cleanly, with the provider's requests closed, the data folder free and nothing lost",
    (signal) =>
      Effect.gen(function* () {
        const upstreams = yield* startUpstreams
        upstreams.openai.behaves(hangingAfter("chat-completions", "The sky is"))
        const folder = yield* temporaryFolder
        const settings = join(folder, "data", "settings.json")
        const kept = '{ "GROQ_API_KEY": "sk-kept-0123456789" }'
        mkdirSync(join(folder, "data"))
        writeFileSync(settings, kept)
        const server = yield* startServe({ folder, environment: valuesFor(upstreams) })
        const page = yield* openPage(`ws://127.0.0.1:${server.port}/rpc`)
        const events: Array<PlanEvent> = []
        yield* Effect.forkScoped(onPage(page)(readingInto(events)))
        yield* until(() => events.some(({ type }) => type === "text-delta"))
        yield* server.signal(signal)
        yield* upstreams.openai.clientLeft
        assert.include([0, 130, 143], yield* server.ended)
        assert.notMatch(server.stderr(), /\n {4}at |Unhandled/)
        assert.strictEqual(readFileSync(settings, "utf8"), kept)
        const next = yield* startServe({ folder: server.folder })
        assert.strictEqual((yield* send(next.port, { path: "/healthz" })).status, 200)
      }),
  )

  it.live(
    "killed in the middle of an answer: the page keeps the text and fails as disconnected; nothing is locked",
    () =>
      Effect.gen(function* () {
        const upstreams = yield* startUpstreams
        upstreams.openai.behaves(hangingAfter("chat-completions", "The sky is"))
        const server = yield* startServe({ environment: valuesFor(upstreams) })
        const page = yield* openPage(`ws://127.0.0.1:${server.port}/rpc`)
        const events: Array<PlanEvent> = []
        yield* Effect.forkScoped(onPage(page)(readingInto(events)))
        yield* until(() => events.some(({ type }) => type === "text-delta"))
        yield* server.signal("SIGKILL")
        yield* until(() => events.at(-1)?.type === "plan-failed")
        const last = events.at(-1)
        assert.isTrue(last?.type === "plan-failed" && last.partial)
        assert.strictEqual(
          last?.type === "plan-failed" && last.error._tag === "AIProviderError" && last.error.reason,
          "Disconnected",
        )
        yield* startServe({ folder: server.folder })
      }),
  )

  it.live("a second server on the data folder is refused, and the first one still serves", () =>
    Effect.gen(function* () {
      const first = yield* startServe()
      const { end, stderr } = yield* runCli(["serve", "--port", "0"], { folder: first.folder })
      assert.strictEqual(end, 1)
      assert.match(
        stderr,
        /^commander: another Commander is running on the data folder \S+data; stop it, or set COMMANDER_HOME.*\n$/,
      )
      assert.strictEqual((yield* send(first.port, { path: "/healthz" })).status, 200)
    }),
  )

  it.live("a port that is taken is told, and who has it still serves", () =>
    Effect.gen(function* () {
      const first = yield* startServe()
      const { end, stderr } = yield* runCli(["serve", "--port", String(first.port)])
      assert.strictEqual(end, 1)
      assert.match(
        stderr,
        /^commander: cannot listen on 127\.0\.0\.1:\d+: the port is taken; .*COMMANDER_PORT.*\n$/,
      )
      assert.strictEqual((yield* send(first.port, { path: "/healthz" })).status, 200)
    }),
  )

  it.live("keeps its data for its user alone, and serves the built page", () =>
    Effect.gen(function* () {
      const server = yield* startServe()
      assert.isTrue(existsSync(join(server.folder, "data")))
      const page = yield* send(server.port, { path: "/" })
      assert.strictEqual(page.status, 200)
      const [, script] = /<script[^>]+src="([^"]+)"/.exec(page.body) ?? []
      assert.strictEqual((yield* send(server.port, { path: script ?? "" })).status, 200)
      assert.notMatch(page.body, /<script(?![^>]*src=)/)
    }),
  )
})

const readingInto = (events: Array<PlanEvent>) =>
  ChatOrchestratorService.pipe(
    Effect.flatMap(({ runPlan }) =>
      Stream.runForEach(
        runPlan({ messages: [{ role: "user", content: "Why?" }], preferredProvider: { key: "openai" } }),
        (event) => Effect.sync(() => void events.push(event)),
      ),
    ),
  )
