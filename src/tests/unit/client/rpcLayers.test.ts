/** The page's layers over the contract, with a server that a test plays. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as RpcTest from "effect/rpc/RpcTest"
import * as TestClock from "effect/testing/TestClock"
import { ChatOrchestratorServiceRpc } from "@/client/ChatOrchestratorServiceRpc"
import { ProviderSettings } from "@/client/ProviderSettings"
import { ProviderSettingsRpc } from "@/client/ProviderSettingsRpc"
import { CommanderClient } from "@/client/rpcClient"
import { CommanderRpcs, ProviderRpcs } from "@/rpc/CommanderRpcs"
import { conversationHandlers } from "@/server/rpc/conversationHandlers"
import { providerHandlers } from "@/server/rpc/providerHandlers"
import { ChatOrchestratorService, type ChatRequest } from "@/services/ai"
import { TelemetryServiceLive } from "@/services/telemetry"
import { errorBody } from "@/tests/support/dialects"
import { ended } from "@/tests/support/runs"
import { conversationsThat } from "@/tests/support/scriptedConversations"
import {
  allConfigured,
  answers,
  breaksAfter,
  makeWorld,
  refuses,
  stallsAfter,
  type World,
} from "@/tests/support/world"

/** As OpenAI writes it, with the key that it refuses. */
const refusedKeyBody = errorBody(
  "chat-completions",
  "invalid_request_error",
  `Incorrect API key provided: ${allConfigured["OPENAI_API_KEY"]}.`,
  "invalid_api_key",
)

const request: ChatRequest = {
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  preferredProvider: { key: "openai" },
}

const page = Layer.merge(ChatOrchestratorServiceRpc, ProviderSettingsRpc).pipe(
  Layer.provide(TelemetryServiceLive),
)
const client = Layer.effect(CommanderClient, RpcTest.makeClient(CommanderRpcs)).pipe(
  Layer.provide(conversationHandlers),
  Layer.provide(conversationsThat({})),
)

/** The page's layers against the server's own answers, with the vendors in memory. */
const against = (world: World) =>
  page.pipe(Layer.provide(client), Layer.provide(providerHandlers), Layer.provide(world.layer))

/** Against a server that takes calls and never answers. */
const silentServer = page.pipe(
  Layer.provide(client),
  Layer.provide(
    ProviderRpcs.toLayer({
      RunPlan: () => Stream.never,
      ListProviders: () => Effect.never,
      ListHealth: () => Effect.never,
      SetSecret: () => Effect.never,
      DeleteSecret: () => Effect.never,
      TestProvider: () => Effect.never,
    }),
  ),
)

/** Runs to its end whatever it waits for. */
const settled = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.flatMap(Effect.forkChild(effect), ended)

describe("ChatOrchestratorServiceRpc", () => {
  it.effect("hands on the server's events as they are, errors included", () =>
    Effect.gen(function* () {
      const { runPlan } = yield* ChatOrchestratorService
      const events = yield* settled(Stream.runCollect(runPlan(request)))
      assert.deepStrictEqual(
        events.map(({ sequence }) => sequence),
        events.map((_, index) => index),
      )
      const failure = events.find((event) => event.type === "attempt-failed")
      assert(failure?.error._tag === "AIProviderError")
      assert.deepStrictEqual([failure.error.reason, failure.error.status], ["ServerError", 500])
      const text = events.map((event) => (event.type === "text-delta" ? event.text : "")).join("")
      assert.strictEqual(text, "Because of Rayleigh.")
    }).pipe(Effect.provide(against(makeWorld({ openai: [refuses(500), answers("Because of Rayleigh.")] })))),
  )

  it.effect("has both methods, with the errors of the run", () =>
    Effect.gen(function* () {
      const { generateConversationResponse, streamConversation } = yield* ChatOrchestratorService
      const whole = yield* Effect.flip(settled(generateConversationResponse(request)))
      const streamed = yield* Effect.flip(settled(Stream.runDrain(streamConversation(request))))
      for (const error of [whole, streamed]) {
        assert(error._tag === "AIProviderError")
        assert.strictEqual(error.reason, "Cut")
      }
    }).pipe(Effect.provide(against(makeWorld({ openai: [breaksAfter("The sky is")] })))),
  )

  it.effect("closes the provider's request when the page leaves", () => {
    const world = makeWorld({ openai: [stallsAfter("The sky is")] })
    return Effect.gen(function* () {
      const { runPlan } = yield* ChatOrchestratorService
      const fiber = yield* Effect.forkChild(Stream.runDrain(runPlan(request)))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(world.open(), 1)
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(world.open(), 0)
    }).pipe(Effect.provide(against(world)))
  })

  it.effect("gives up on a server that does not say within ten seconds that the run has begun", () =>
    Effect.gen(function* () {
      const { runPlan } = yield* ChatOrchestratorService
      const fiber = yield* Effect.forkChild(Stream.runCollect(runPlan(request)))
      yield* TestClock.adjust("9 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 second")
      const [event] = yield* Fiber.join(fiber)
      assert(event?.type === "plan-failed" && event.error._tag === "AIProviderError")
      assert.strictEqual(event.error.reason, "Disconnected")
      assert.isFalse(event.partial)
    }).pipe(Effect.provide(silentServer)),
  )
})

describe("ProviderSettingsRpc", () => {
  it.effect("tells of every provider where its key comes from, and never the key", () =>
    Effect.gen(function* () {
      const { list } = yield* ProviderSettings
      const providers = yield* list
      assert.deepStrictEqual(
        providers.map(({ key, secret }) => [key, secret?.origin]),
        [
          ["openai", "environment"],
          ["anthropic", "environment"],
          ["ollama", undefined],
          ["simulator", undefined],
        ],
      )
      for (const value of Object.values(allConfigured))
        assert.notInclude(JSON.stringify(providers), value ?? "")
    }).pipe(Effect.provide(against(makeWorld({})))),
  )

  it.effect("tells how each target that was asked is doing, and never a key", () =>
    Effect.gen(function* () {
      const { health } = yield* ProviderSettings
      assert.deepStrictEqual(yield* health, [])
      const { runPlan } = yield* ChatOrchestratorService
      yield* settled(Stream.runDrain(runPlan(request)))
      const reports = yield* health
      assert.deepStrictEqual(
        reports.map(({ target, closure }) => [target.provider, closure?.reason]),
        [
          ["anthropic", undefined],
          ["openai", "bad-key"],
        ],
      )
      for (const value of Object.values(allConfigured))
        assert.notInclude(JSON.stringify(reports), value ?? "")
    }).pipe(
      Effect.provide(
        against(makeWorld({ openai: [refuses(401, refusedKeyBody)], anthropic: [answers("Because.")] })),
      ),
    ),
  )

  it.effect("writes and deletes the key of a provider, and no other name", () =>
    Effect.gen(function* () {
      const { list, setSecret, deleteSecret } = yield* ProviderSettings
      const originOf = Effect.map(
        list,
        (providers) => providers.find(({ key }) => key === "openai")?.secret?.origin,
      )
      yield* setSecret("OPENAI_API_KEY", Redacted.make("sk-mended-0123456789"))
      assert.strictEqual(yield* originOf, "settings")
      yield* deleteSecret("OPENAI_API_KEY")
      assert.strictEqual(yield* originOf, "environment")
      const error = yield* Effect.flip(setSecret("COMMANDER_TOKEN", Redacted.make("mine now")))
      assert.strictEqual(error._tag, "AIConfigurationError")
    }).pipe(Effect.provide(against(makeWorld({})))),
  )

  it.effect("tests a provider by asking it alone", () => {
    const world = makeWorld({ openai: [answers("ready")] })
    return Effect.gen(function* () {
      const { test } = yield* ProviderSettings
      assert.strictEqual(yield* test("openai"), "gpt-5.4")
      assert.deepStrictEqual(world.asked(), ["openai"])
    }).pipe(Effect.provide(against(world)))
  })

  it.effect("gives up on a server that does not answer", () =>
    Effect.gen(function* () {
      const { list } = yield* ProviderSettings
      const error = yield* Effect.flip(settled(list))
      assert(error._tag === "AIProviderError")
      assert.strictEqual(error.reason, "Disconnected")
    }).pipe(Effect.provide(silentServer)),
  )
})
