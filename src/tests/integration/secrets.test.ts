/** A key is in no log, event, error, frame or export of a run that fails, not even when the provider echoes it. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { inspect } from "node:util"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { ProviderSettings } from "@/client/ProviderSettings"
import { layerFrom } from "@/server/services"
import { AiPlan, AiPlanStep } from "@/services/ai/orchestration"
import { ChatOrchestratorService, type ChatRequest } from "@/services/ai/orchestration/ChatOrchestratorTag"
import { FullAppLayer } from "@/services/runtime"
import { errorView } from "@/hooks/ai/errorView"
import { buildCommander, runCli } from "@/tests/support/cliProcess"
import {
  dotEnvOf,
  onPage,
  openPage,
  recordingLogger,
  sourcesIn,
  startCommander,
} from "@/tests/support/commander"
import { opening } from "@/tests/support/dialects"
import type { Received, Reply } from "@/tests/support/httpServer"
import { startOtlpCollector } from "@/tests/support/otlpCollector"
import { recordSockets } from "@/tests/support/recordedSockets"
import { temporaryFolder } from "@/tests/support/temporaryFolder"
import { startUpstream, type Behaviour } from "@/tests/support/upstreams"

const frames = recordSockets()
beforeAll(buildCommander)

const openaiKey = "sk-quartzite-nightingale-chandelier-marzipan"
const anthropicKey = "sk-ant-rhododendron-archipelago-kaleidoscope"

/** Every run of eight characters of both keys, without the prefixes that every key has. */
const pieces = [openaiKey.slice("sk-".length), anthropicKey.slice("sk-ant-".length)].flatMap((secret) =>
  Array.from({ length: secret.length - 7 }, (_, at) => secret.slice(at, at + 8)),
)

const assertClean = (outputs: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(outputs)) {
    const found = pieces.filter((piece) => text.toLowerCase().includes(piece))
    const at = text.toLowerCase().indexOf(found[0] ?? "")
    assert.deepStrictEqual(found, [], `${name}: …${text.slice(Math.max(0, at - 80), at + 80)}…`)
  }
}

const keyIn = ({ headers }: Received): string => {
  const bearer = headers["authorization"]
  return typeof bearer === "string" ? bearer.replace("Bearer ", "") : String(headers["x-api-key"])
}

const json = { "content-type": "application/json" }
const error = (type: string, key: string): string =>
  JSON.stringify({
    type: "error",
    error: { type, code: type, message: `Rejected: ${key}. You sent ${key.slice(3, 30)}` },
  })

const dialectOf = ({ path }: Received) =>
  path.endsWith("/messages") ? ("messages" as const) : ("chat-completions" as const)

/** Answers with something that holds the key. */
const echoing =
  (reply: (key: string, received: Received) => Reply): Behaviour =>
  (received) =>
    reply(keyIn(received), received)

interface Scenario {
  readonly fact: string
  readonly behaviour: Behaviour
}

const scenarios: ReadonlyArray<Scenario> = [
  {
    fact: "401",
    behaviour: echoing((key) => ({ status: 401, headers: json, writes: [error("invalid_api_key", key)] })),
  },
  {
    fact: "400",
    behaviour: echoing((key) => ({
      status: 400,
      headers: json,
      writes: [error("invalid_request_error", key)],
    })),
  },
  {
    fact: "429",
    behaviour: echoing((key) => ({
      status: 429,
      headers: { ...json, "retry-after": "600" },
      writes: [error("rate_limit", key)],
    })),
  },
  {
    fact: "500 as HTML",
    behaviour: echoing((key) => ({
      status: 500,
      headers: { "content-type": "text/html" },
      writes: [`<html><body>Key <b>${key}</b> failed</body></html>`],
    })),
  },
  {
    fact: "200 as HTML",
    behaviour: echoing((key) => ({
      headers: { "content-type": "text/html" },
      writes: [`<html><p>${key}</p></html>`],
    })),
  },
  {
    fact: "200 as JSON",
    behaviour: echoing((key) => ({ headers: json, writes: [error("server_error", key)] })),
  },
  {
    fact: "200 as something else",
    behaviour: echoing((key) => ({ headers: json, writes: [JSON.stringify({ hello: key })] })),
  },
  {
    fact: "a stream that is no JSON",
    behaviour: echoing((key) => ({ writes: [`data: ${key}\n\n`, `data: ${key}\n\n`, `data: ${key}\n\n`] })),
  },
  {
    fact: "an error in the stream",
    behaviour: echoing((key) => ({ writes: [`event: error\ndata: ${error("server_error", key)}\n\n`] })),
  },
  {
    fact: "an error in the stream, after some text",
    behaviour: echoing((key, received) => ({
      writes: [
        ...opening(dialectOf(received), "The sky is"),
        `event: error\ndata: ${error("server_error", key)}\n\n`,
      ],
    })),
  },
  {
    fact: "a redirect",
    behaviour: echoing((key) => ({
      status: 302,
      headers: { location: `https://login.example/?key=${key}&again=${encodeURIComponent(key)}` },
      writes: [],
    })),
  },
  {
    fact: "the request id",
    behaviour: echoing((key) => ({
      status: 500,
      headers: { ...json, "x-request-id": `req-${key}`, "request-id": `req-${key}` },
      writes: ["{}"],
    })),
  },
  {
    fact: "the type and code of an error",
    behaviour: echoing((key) => ({
      status: 500,
      headers: json,
      writes: [JSON.stringify({ error: { type: key, code: key, message: "no" } })],
    })),
  },
  {
    fact: "one byte at a time",
    behaviour: echoing((key) => ({
      status: 403,
      headers: json,
      writes: error("permission_error", key).split(""),
    })),
  },
  {
    fact: "the status line of a proxy",
    behaviour: echoing((key) => ({
      status: 407,
      headers: { "content-type": "text/plain", "proxy-authenticate": `Basic realm="${key}"` },
      writes: [`authorization: Bearer ${key}`],
    })),
  },
]

const asking: ChatRequest = {
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  preferredProvider: { key: "openai" },
  plan: AiPlan.make({
    name: "one request to each",
    steps: [AiPlanStep.make({ provider: "openai" }), AiPlanStep.make({ provider: "anthropic" })],
  }),
}

/** A run, both of its projections, and the tests of both keys, as texts. Errors are shown with all that hangs on them. */
const everything = Effect.gen(function* () {
  const { runPlan, streamConversation, generateConversationResponse } = yield* ChatOrchestratorService
  const events = yield* Stream.runCollect(runPlan(asking))
  const exits = [
    yield* Effect.exit(Effect.as(Stream.runDrain(streamConversation(asking)), "")),
    yield* Effect.exit(generateConversationResponse(asking)),
  ]
  const views = events.flatMap((event) => ("error" in event ? [errorView(event.error)] : []))
  return {
    failed: exits.every((exit) => Exit.isFailure(exit)),
    outputs: {
      "plan events as JSON": JSON.stringify(events),
      "plan events as objects": shownWhole(events),
      "errors of the projections": shownWhole(exits),
      "causes, pretty": exits
        .map((exit) => (Exit.isFailure(exit) ? Cause.pretty(exit.cause) : ""))
        .join("\n"),
      "what the page shows": JSON.stringify(views),
    },
  }
})

const shownWhole = (value: unknown): string =>
  inspect(value, { depth: null, maxStringLength: null, maxArrayLength: null, showHidden: true })

const valuesAt = (url: string): Readonly<Record<string, string>> => ({
  OPENAI_API_KEY: openaiKey,
  OPENAI_BASE_URL: `${url}/v1`,
  ANTHROPIC_API_KEY: anthropicKey,
  ANTHROPIC_BASE_URL: url,
  COMMANDER_LOG_LEVEL: "Trace",
})

/** Named one by one, so that the collector gets everything. */
const exportingTo = (url: string): Layer.Layer<never> =>
  ConfigProvider.layer(
    ConfigProvider.fromEnv({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: url,
        OTEL_TRACES_EXPORTER: "otlp",
        OTEL_LOGS_EXPORTER: "otlp",
        OTEL_METRICS_EXPORTER: "otlp",
      },
    }),
  )

describe("a provider that echoes the key", () => {
  it.live.each(scenarios)("in $fact: nothing of it in log, events, frames, page or OTLP", ({ behaviour }) =>
    Effect.gen(function* () {
      const upstream = yield* startUpstream(behaviour)
      const collector = yield* startOtlpCollector
      const framesBefore = frames.length
      const told = yield* Effect.scoped(
        Effect.gen(function* () {
          const commander = yield* startCommander({
            values: valuesAt(upstream.url),
            services: (sources) => Layer.provide(layerFrom(sources), exportingTo(collector.url)),
          })
          const page = yield* openPage(commander.rpcUrl)
          const onPageTold = yield* onPage(page)(everything)
          const tests = yield* onPage(page)(
            Effect.flatMap(ProviderSettings, ({ test }) =>
              Effect.forEach(["openai", "anthropic"], (key) => Effect.exit(test(key))),
            ),
          )
          yield* Effect.promise(() => page.dispose())
          return { ...onPageTold, tests, lines: commander.lines }
        }),
      )
      const embedded = yield* inThisProcess(valuesAt(upstream.url))
      assert.isTrue(told.failed && embedded.failed && told.tests.every((exit) => Exit.isFailure(exit)))
      assert.sameMembers([...new Set(upstream.received.map(keyIn))], [openaiKey, anthropicKey])

      const otlp = collector.bodies()
      const outputs = {
        ...told.outputs,
        "tests of the keys": shownWhole(told.tests),
        "lines of the server": told.lines.join("\n"),
        "frames of the socket": frames.slice(framesBefore).join("\n"),
        "bodies of OTLP": otlp.map(({ body }) => body).join("\n"),
        ...Object.fromEntries(
          Object.entries(embedded.outputs).map(([name, text]) => [`embedded: ${name}`, text]),
        ),
        "embedded: lines": embedded.lines.join("\n"),
      }
      for (const [name, text] of Object.entries(outputs)) assert.isAbove(text.length, 100, name)
      assert.includeMembers(
        otlp.map(({ path }) => path),
        ["/v1/traces", "/v1/logs"],
      )
      assertClean(outputs)
    }),
  )

  it.live.each(
    scenarios.filter(({ fact }) =>
      ["401", "500 as HTML", "an error in the stream, after some text", "a redirect"].includes(fact),
    ),
  )("in $fact: nothing of it on the terminal, with --plan-log and every log line", ({ behaviour }) =>
    Effect.gen(function* () {
      const upstream = yield* startUpstream(behaviour)
      const { end, stdout, stderr } = yield* runCli(["chat", "Why?", "--provider", "openai", "--plan-log"], {
        environment: valuesAt(upstream.url),
      })
      assert.strictEqual(end, 1)
      assert.include(stderr, "→ #1 asking openai/")
      assert.include(stderr, "[redacted]")
      assertClean({ stdout, stderr })
    }),
  )
})

/** The server's services without a server, and everything they log. */
const inThisProcess = (values: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    writeFileSync(join(folder, ".env"), dotEnvOf(values))
    const lines: Array<string> = []
    const told = yield* everything.pipe(
      Effect.provide([layerFrom(sourcesIn(folder)), recordingLogger(lines)]),
    )
    return { ...told, lines }
  })

describe("a configuration that is wrong around a key", () => {
  const withFile =
    (name: string, text: string) =>
    (folder: string): void =>
      writeFileSync(join(folder, name), text)

  const broken: ReadonlyArray<{ readonly fact: string; readonly write: (folder: string) => void }> = [
    {
      fact: "settings.json without quotes",
      write: withFile("settings.json", `{ "OPENAI_API_KEY": ${openaiKey.slice(3)} }`),
    },
    {
      fact: "settings.json with a list",
      write: withFile("settings.json", JSON.stringify({ OPENAI_API_KEY: [openaiKey] })),
    },
    { fact: "settings.json that is one text", write: withFile("settings.json", JSON.stringify(openaiKey)) },
    {
      fact: "the key among the file's values",
      write: withFile("commander.config.jsonc", JSON.stringify({ values: { OPENAI_API_KEY: openaiKey } })),
    },
    {
      fact: "the key as a list among the file's values",
      write: withFile("commander.config.jsonc", JSON.stringify({ values: { OPENAI_API_KEY: [openaiKey] } })),
    },
    {
      fact: "the key as `apiKey` of an endpoint",
      write: withFile(
        "commander.config.jsonc",
        JSON.stringify({
          providers: {
            x: { kind: "openai-compatible", baseUrl: "http://127.0.0.1:1", models: ["a"], apiKey: openaiKey },
          },
        }),
      ),
    },
    {
      fact: "the key as the kind of an endpoint",
      write: withFile(
        "commander.config.jsonc",
        JSON.stringify({
          providers: { x: { kind: openaiKey, baseUrl: "http://127.0.0.1:1", models: ["a"] } },
        }),
      ),
    },
  ]

  it.live.each(broken)("$fact: nothing of the key is told", ({ write }) =>
    Effect.gen(function* () {
      const framesBefore = frames.length
      const commander = yield* startCommander({})
      write(commander.folder)
      const page = yield* openPage(commander.rpcUrl)
      const told = yield* onPage(page)(everything)
      const settings = yield* onPage(page)(
        Effect.gen(function* () {
          const { list, setSecret } = yield* ProviderSettings
          const listed = Effect.asVoid(list)
          const saved = setSecret("ANTHROPIC_API_KEY", Redacted.make(anthropicKey))
          return [yield* Effect.exit(listed), yield* Effect.exit(saved)]
        }),
      )
      assert.isTrue(told.failed)
      assert.isTrue(settings.some((exit) => Exit.isFailure(exit)))
      assertClean({
        ...told.outputs,
        settings: shownWhole(settings),
        "lines of the server": commander.lines.join("\n"),
        "frames of the socket": frames.slice(framesBefore).join("\n"),
      })
      yield* Effect.promise(() => page.dispose())
    }),
  )

  it.live("a base URL that is none, a key that no header can carry: nothing of the key is told", () =>
    Effect.gen(function* () {
      for (const values of [
        { OPENAI_API_KEY: openaiKey, OPENAI_BASE_URL: "not a url" },
        { OPENAI_API_KEY: `${openaiKey}\u201d`, OPENAI_BASE_URL: "http://127.0.0.1:1/v1" },
        { OPENAI_API_KEY: `${openaiKey}\n${openaiKey}`, OPENAI_BASE_URL: "http://127.0.0.1:1/v1" },
      ]) {
        const { failed, outputs, lines } = yield* inThisProcess(values)
        assert.isTrue(failed)
        assertClean({ ...outputs, lines: lines.join("\n") })
      }
    }),
  )
})

describe("the key in use", () => {
  it.live("setting, testing, listing and deleting it tells it to nobody but the provider", () =>
    Effect.gen(function* () {
      const framesBefore = frames.length
      const upstream = yield* startUpstream(() => ({ writes: opening("chat-completions", "The sky is") }))
      const collector = yield* startOtlpCollector
      const lines = yield* Effect.scoped(
        Effect.gen(function* () {
          const commander = yield* startCommander({
            values: { OPENAI_BASE_URL: `${upstream.url}/v1` },
            services: (sources) => Layer.provide(layerFrom(sources), exportingTo(collector.url)),
          })
          const page = yield* openPage(commander.rpcUrl)
          yield* onPage(page)(
            Effect.gen(function* () {
              const { list, setSecret, deleteSecret, test } = yield* ProviderSettings
              yield* setSecret("OPENAI_API_KEY", Redacted.make(openaiKey))
              const [openai] = yield* list
              assert.strictEqual(openai?.secret?.origin, "settings")
              yield* Effect.exit(test("openai"))
              yield* Effect.exit(setSecret("COMMANDER_TOKEN", Redacted.make(openaiKey)))
              yield* deleteSecret("OPENAI_API_KEY")
            }),
          )
          yield* Effect.promise(() => page.dispose())
          return commander.lines
        }),
      )
      assert.deepStrictEqual(upstream.received.map(keyIn), [openaiKey])
      assertClean({
        "lines of the server": lines.join("\n"),
        "frames of the socket": frames.slice(framesBefore).join("\n"),
        "bodies of OTLP": collector
          .bodies()
          .map(({ body }) => body)
          .join("\n"),
      })
    }),
  )

  it.live("the portable layer, over `fetch`, exports nothing of it either", () =>
    Effect.gen(function* () {
      const upstream = yield* startUpstream(
        echoing((key) => ({ status: 401, headers: json, writes: [error("invalid_api_key", key)] })),
      )
      const collector = yield* startOtlpCollector
      const lines: Array<string> = []
      const values = valuesAt(upstream.url)
      yield* Effect.acquireRelease(
        Effect.sync(() => Object.assign(process.env, values)),
        () => Effect.sync(() => Object.keys(values).forEach((name) => delete process.env[name])),
      )
      const { failed, outputs } = yield* everything.pipe(
        Effect.provide([Layer.provide(FullAppLayer, exportingTo(collector.url)), recordingLogger(lines)]),
      )
      assert.isTrue(failed)
      const otlp = collector
        .bodies()
        .map(({ body }) => body)
        .join("\n")
      assert.include(otlp, "commander.run")
      assertClean({ ...outputs, "bodies of OTLP": otlp, lines: lines.join("\n") })
    }),
  )
})
