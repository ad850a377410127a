/** The composition root: requires nothing, builds with nothing configured and with everything. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as HttpClient from "effect/http/HttpClient"
import * as ManagedRuntime from "effect/ManagedRuntime"
import type * as Scope from "effect/Scope"
import { AgentLanguageModel, ProviderRegistry, toPrompt } from "@/services/ai/core"
import { ChatOrchestratorService } from "@/services/ai/orchestration"
import { HttpTransport } from "@/services/ai/wire/HttpTransport"
import { ConfigurationService } from "@/services/configuration"
import { FullAppLayer, getMainRuntime, type AppServices } from "@/services/runtime"
import { TelemetryService } from "@/services/telemetry"
import { startHttpServer } from "@/tests/support/httpServer"
import { startUpstreams, valuesFor } from "@/tests/support/upstreams"

const ours = /^(OPENAI|ANTHROPIC|OLLAMA|COMMANDER|OTEL)_/

/** The process's environment with these of our variables and no others; put back with the scope. */
const environment = (values: Readonly<Record<string, string>>): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.sync(() => {
        const before = Object.entries(process.env).filter(([name]) => ours.test(name))
        for (const [name] of before) delete process.env[name]
        Object.assign(process.env, values)
        return before
      }),
      (before) =>
        Effect.sync(() => {
          for (const name of Object.keys(values)) delete process.env[name]
          Object.assign(process.env, Object.fromEntries(before))
        }),
    ),
  )

const question = { prompt: toPrompt([{ role: "user", content: "Why is the sky blue?" }]) }

describe("FullAppLayer", () => {
  it("requires nothing, and gives every service", () => {
    // Checked by the compiler: `Layer<AppServices>` has no error and no requirement.
    FullAppLayer satisfies Layer.Layer<AppServices>
    assert.isTrue(Layer.isLayer(FullAppLayer))
  })

  it.live("builds with nothing configured", () =>
    Effect.gen(function* () {
      yield* environment({})
      yield* Effect.provide(
        Effect.gen(function* () {
          const registry = yield* ProviderRegistry
          const states = yield* Effect.forEach(yield* registry.all, ({ key, availability }) =>
            Effect.map(availability, ({ _tag }) => [key, _tag]),
          )
          assert.deepStrictEqual(Object.fromEntries(states.filter(([key]) => key !== "ollama")), {
            openai: "MissingKey",
            anthropic: "MissingKey",
            simulator: "Ready",
          })
          yield* Effect.all([
            ChatOrchestratorService,
            ConfigurationService,
            TelemetryService,
            HttpTransport,
            HttpClient.HttpClient,
          ])
        }),
        FullAppLayer,
      )
    }),
  )

  it.live("the bare AgentLanguageModel is the simulator's when no key is set, and says so", ({ skip }) =>
    Effect.gen(function* () {
      yield* environment({})
      yield* Effect.provide(
        Effect.gen(function* () {
          const { text, finishReason } = yield* (yield* AgentLanguageModel).generateText(question)
          assert.include(text, "simulator")
          assert.include(text, "Why is the sky blue?")
          assert.strictEqual(finishReason, "stop")
        }).pipe(
          Effect.catch((error) => {
            // An Ollama that runs on this machine counts as a provider that can be asked.
            if (error.provider === "ollama") skip("an Ollama answers on this machine")
            return Effect.fail(error)
          }),
        ),
        FullAppLayer,
      )
    }),
  )

  it.live(
    "builds with everything configured: each provider answers, and the bare model is the first one's",
    () =>
      Effect.gen(function* () {
        const upstreams = yield* startUpstreams
        const collector = yield* startHttpServer(() => ({
          headers: { "content-type": "application/json" },
          writes: ["{}"],
        }))
        yield* environment({ ...valuesFor(upstreams), OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })
        yield* Effect.scoped(
          Effect.gen(function* () {
            // Effect's default provider keeps the environment as it was when it was first asked.
            const fresh = ConfigProvider.layer(ConfigProvider.fromEnv())
            const services = yield* Layer.build(Layer.provide(FullAppLayer, fresh))
            yield* Effect.provide(
              Effect.gen(function* () {
                const registry = yield* ProviderRegistry
                const { generateConversationResponse } = yield* ChatOrchestratorService
                for (const [key, answer] of answers) {
                  assert.strictEqual((yield* (yield* registry.get(key)).availability)._tag, "Ready")
                  assert.strictEqual(
                    yield* generateConversationResponse({
                      messages: [{ role: "user", content: "Why?" }],
                      preferredProvider: { key },
                    }),
                    answer,
                  )
                }
                assert.strictEqual(
                  (yield* (yield* AgentLanguageModel).generateText(question)).text,
                  "OpenAI answers.",
                )
              }),
              services,
            )
          }),
        )
        assert.includeMembers(
          collector.received.map(({ path }) => path),
          ["/v1/traces", "/v1/logs"],
        )
      }),
  )
})

const answers = [
  ["openai", "OpenAI answers."],
  ["Anthropic", "Anthropic answers."],
  ["OLLAMA", "Ollama answers."],
] as const

describe("getMainRuntime", () => {
  it("is one and the same, and runs", async () => {
    const runtime = getMainRuntime()
    assert.strictEqual(getMainRuntime(), runtime)
    assert.isTrue(ManagedRuntime.isManagedRuntime(runtime))
    const first = await runtime.runPromise(ChatOrchestratorService)
    assert.strictEqual(await getMainRuntime().runPromise(ChatOrchestratorService), first)
    await runtime.dispose()
  })
})

describe("every module under src/services", () => {
  const services = fileURLToPath(new URL("../../../services", import.meta.url))
  const modules = readdirSync(services, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  )

  it("is found", () => assert.isAbove(modules.length, 50))

  // A package of another Effect version crashes when it is imported, while the type check passes.
  it.each(modules)("%s imports", async (name) => {
    const imported: unknown = await import(/* @vite-ignore */ join(services, name))
    assert.strictEqual(typeof imported, "object")
  })
})
