/** Over real HTTP and a real WebSocket: who answers when the preferred provider does not, and what is told of it. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { ProviderSettings } from "@/client/ProviderSettings"
import { layerUndici } from "@/server/transport"
import { AiPlan, AiPlanStep } from "@/services/ai/orchestration"
import type { ChatRequest } from "@/services/ai/orchestration/ChatOrchestratorTag"
import { layer as configurationLayer } from "@/services/configuration"
import { AiLayer } from "@/services/runtime"
import { TelemetryService, type TelemetryEvent } from "@/services/telemetry"
import {
  dotEnvOf,
  onPage,
  openPage,
  sourcesIn,
  startCommander,
  type Commander,
} from "@/tests/support/commander"
import { errorBody } from "@/tests/support/dialects"
import { temporaryFolder } from "@/tests/support/temporaryFolder"
import { generated, methods, streamed, type Ask } from "@/tests/support/methods"
import {
  answering,
  closedPort,
  everyone,
  keys,
  refusing,
  startUpstreams,
  valuesFor,
  withKey,
} from "@/tests/support/upstreams"

const asking: ChatRequest = {
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  preferredProvider: { key: "openai" },
}

const deadline = Duration.millis(900)
const step = (provider: string) => AiPlanStep.make({ provider })

/** Asks through the page's line to a server. */
const askThrough = (ask: Ask, { rpcUrl }: Commander) =>
  Effect.flatMap(openPage(rpcUrl), (page) => onPage(page)(ask(asking)))

const wrongKey = withKey("sk-another-key-0123456789", answering("chat-completions", "never"))

describe.each(methods)("%s, from the page to the provider", (_name, ask) => {
  it.live("OpenAI with an invalid key: Anthropic answers, and OpenAI was asked once", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      upstreams.openai.behaves(wrongKey)
      const commander = yield* startCommander({ values: valuesFor(upstreams) })
      assert.strictEqual(yield* askThrough(ask, commander), "Anthropic answers.")
      assert.strictEqual(upstreams.openai.received.length, 1)
      assert.strictEqual(upstreams.anthropic.received.length, 1)
      assert.strictEqual(upstreams.anthropic.received[0]?.headers["x-api-key"], keys.anthropic)
      assert.strictEqual(upstreams.ollama.received.length, 0)
    }),
  )

  it.live("OpenAI's port closed: Anthropic answers", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      const values = { ...valuesFor(upstreams), OPENAI_BASE_URL: `http://127.0.0.1:${yield* closedPort}/v1` }
      const commander = yield* startCommander({ values })
      assert.strictEqual(yield* askThrough(ask, commander), "Anthropic answers.")
      assert.strictEqual(upstreams.openai.received.length, 0)
      assert.strictEqual(upstreams.anthropic.received.length, 1)
    }),
  )

  it.live("Anthropic failing too: Ollama answers", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      upstreams.openai.behaves(wrongKey)
      upstreams.anthropic.behaves(refusing(529, errorBody("messages", "overloaded_error", "Overloaded")))
      const commander = yield* startCommander({ values: valuesFor(upstreams) })
      assert.strictEqual(yield* askThrough(ask, commander), "Ollama answers.")
      assert.deepStrictEqual(
        everyone(upstreams).map(({ received }) => received.length),
        [1, 1, 1],
      )
    }),
  )

  it.live("the key mended through the page: OpenAI answers again, without a restart", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      const values = { ...valuesFor(upstreams), OPENAI_API_KEY: "sk-mistyped-0123456789abcdef" }
      const commander = yield* startCommander({ values })
      const page = yield* openPage(commander.rpcUrl)
      assert.strictEqual(yield* onPage(page)(ask(asking)), "Anthropic answers.")
      yield* onPage(page)(
        Effect.flatMap(ProviderSettings, ({ setSecret }) =>
          setSecret("OPENAI_API_KEY", Redacted.make(keys.openai)),
        ),
      )
      assert.strictEqual(yield* onPage(page)(ask(asking)), "OpenAI answers.")
      assert.deepStrictEqual(
        upstreams.openai.received.map(({ headers }) => headers["authorization"]),
        ["Bearer sk-mistyped-0123456789abcdef", `Bearer ${keys.openai}`],
      )
      yield* onPage(page)(
        Effect.flatMap(ProviderSettings, ({ deleteSecret }) => deleteSecret("OPENAI_API_KEY")),
      )
      assert.strictEqual(yield* onPage(page)(ask(asking)), "Anthropic answers.")
    }),
  )

  it.live("all down: one error that names all three", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      upstreams.openai.behaves(wrongKey)
      upstreams.anthropic.behaves(refusing(503, errorBody("messages", "api_error", "Down for maintenance")))
      const values = { ...valuesFor(upstreams), OLLAMA_BASE_URL: `http://127.0.0.1:${yield* closedPort}` }
      const commander = yield* startCommander({ values })
      const error = yield* Effect.flip(askThrough(ask, commander))
      assert.strictEqual(error._tag, "AIConfigurationError")
      assert.strictEqual(error.provider, "openai")
      assert.match(error.message, /^No provider could answer\./)
      assert.match(error.message, /openai\/\S+: openai answered 401/)
      assert.match(error.message, /anthropic\/\S+: anthropic answered 503: Down for maintenance/)
      assert.match(error.message, /ollama\/\S+: ollama could not be reached: .*ECONNREFUSED/)
    }),
  )

  it.live("all silent: the deadline ends the run, with one error that names all three", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      for (const upstream of everyone(upstreams)) upstream.behaves(() => ({ writes: [], ending: "hang" }))
      const commander = yield* startCommander({ values: valuesFor(upstreams) })
      const plan = AiPlan.make({
        name: "short",
        steps: [step("openai"), step("anthropic"), step("ollama")],
        deadline,
      })
      const page = yield* openPage(commander.rpcUrl)
      const error = yield* Effect.flip(onPage(page)(ask({ ...asking, plan }))).pipe(
        Effect.timeout("20 seconds"),
      )
      assert.strictEqual(error._tag, "AIProviderError")
      for (const name of ["openai", "anthropic", "ollama"]) assert.include(error.message, `${name}/`)
    }),
  )
})

describe("telemetry", () => {
  it.live.each([
    { name: "streamConversation", ask: streamed, first: "stream_conversation_start" },
    { name: "generateConversationResponse", ask: generated, first: "generate_conversation_start" },
  ])("$name tells every step in order when the run falls back twice", ({ ask, first }) =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      upstreams.openai.behaves(wrongKey)
      upstreams.anthropic.behaves(refusing(529, errorBody("messages", "overloaded_error", "Overloaded")))
      const { events, layer } = yield* recordedServices(valuesFor(upstreams))
      assert.strictEqual(yield* Effect.provide(ask(asking), layer), "Ollama answers.")
      assert.deepStrictEqual(
        events.map(({ action, label }): Told => [action, label?.split(":")[0]]),
        [
          [first, "openai"],
          ...planBuilt,
          ["attempt_start", "openai"],
          ["target_cooled", "openai/gpt-5.4"],
          ["attempt_error", "InvalidKey"],
          ["target_switched", "anthropic"],
          ["attempt_start", "anthropic"],
          ["attempt_error", "Overloaded"],
          ["target_switched", "ollama"],
          ["attempt_start", "ollama"],
          ["answer_start", "ollama"],
          ["plan_completed", "ollama"],
        ],
      )
      assert.isTrue(events.every(({ category }) => category === "orchestrator"))
      assert.deepStrictEqual(
        events.flatMap(({ action, value }) => (action === "attempt_start" ? [value] : [])),
        ["gpt-5.4", "claude-haiku-5-5", "gemma3:1b"],
      )
    }),
  )

  it.live("a run that fails ends with the error as the caller gets it", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      for (const upstream of everyone(upstreams)) upstream.behaves(refusing(400, "{}"))
      const recorded = yield* recordedServices(valuesFor(upstreams))
      const error = yield* Effect.flip(Effect.provide(streamed(asking), recorded.layer))
      const last = recorded.events.slice(-2)
      assert.deepStrictEqual(
        last.map(({ action }) => action),
        ["plan_failed", "stream_conversation_error_final"],
      )
      for (const { label } of last) assert.include(label, error.message)
    }),
  )
})

type Told = readonly [action: string, label: string | undefined]

const planBuilt: ReadonlyArray<Told> = [
  ["get_resolved_model_start", "openai"],
  ["get_resolved_model_success", "openai"],
  ["get_resolved_model_start", "anthropic"],
  ["get_resolved_model_success", "anthropic"],
  ["get_resolved_model_start", "ollama"],
  ["get_resolved_model_success", "ollama"],
  ["ai_plan_built_successfully", "openai"],
]

/** The server's own services with a telemetry that is kept. */
const recordedServices = (values: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const events: Array<TelemetryEvent> = []
    const folder = yield* temporaryFolder
    const recorder = TelemetryService.of({
      trackEvent: (event) => Effect.sync(() => void events.push(event)),
    })
    writeFileSync(join(folder, ".env"), dotEnvOf(values))
    const layer = AiLayer.pipe(
      Layer.provide(layerUndici),
      Layer.provide(Layer.succeed(TelemetryService, recorder)),
      Layer.provide(configurationLayer),
      Layer.provide(sourcesIn(folder)),
    )
    return { events, layer }
  })
