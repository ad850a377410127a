/** Both methods of the orchestrator, over every way in which the plan can go. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { ChatOrchestratorService, ProviderRegistry, toPrompt, type ChatRequest } from "@/services/ai"
import { SecretNotFoundError } from "@/services/configuration"
import { errorBody } from "@/tests/support/dialects"
import { methods } from "@/tests/support/methods"
import {
  allConfigured,
  answers,
  breaksAfter,
  makeWorld,
  refuses,
  unreachable,
  type Move,
  type Vendor,
} from "@/tests/support/world"

const preferring = (key: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  preferredProvider: { key },
  ...more,
})

/** Runs to its end whatever it waits for. */
const settled = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.result(effect))
    yield* TestClock.adjust("10 minutes")
    return yield* Fiber.join(fiber)
  })

const badKey = refuses(
  401,
  errorBody("chat-completions", "invalid_request_error", "Incorrect API key", "invalid_api_key"),
)

interface Case {
  readonly fact: string
  readonly preferred: Vendor
  readonly script: Partial<Record<Vendor, ReadonlyArray<Move>>>
  readonly asked: ReadonlyArray<Vendor>
  readonly text?: string
}

/** "Fallback 1" is the first configured one of openai, anthropic, ollama that is not preferred. */
const cases: ReadonlyArray<Case> = [
  {
    fact: "success at the first attempt",
    preferred: "openai",
    script: { openai: [answers("Rayleigh.")] },
    asked: ["openai"],
    text: "Rayleigh.",
  },
  {
    fact: "a retryable error, then success on the same provider",
    preferred: "openai",
    script: { openai: [refuses(500), answers("Rayleigh.")] },
    asked: ["openai", "openai"],
    text: "Rayleigh.",
  },
  {
    fact: "a non-retryable error, then fallback 1",
    preferred: "openai",
    script: { openai: [badKey], anthropic: [answers("Scattering.")] },
    asked: ["openai", "anthropic"],
    text: "Scattering.",
  },
  {
    fact: "preferred and fallback 1 fail, then fallback 2",
    preferred: "openai",
    script: { openai: [refuses(500)], anthropic: [refuses(529)], ollama: [answers("Air.")] },
    asked: ["openai", "openai", "openai", "anthropic", "ollama"],
    text: "Air.",
  },
  {
    fact: "all fail",
    preferred: "openai",
    script: { openai: [refuses(500)], anthropic: [refuses(500)], ollama: [unreachable] },
    asked: ["openai", "openai", "openai", "anthropic", "ollama"],
  },
  {
    fact: "another preferred provider comes first and is not asked twice",
    preferred: "anthropic",
    script: { anthropic: [badKey], openai: [refuses(404)], ollama: [answers("Air.")] },
    asked: ["anthropic", "openai", "ollama"],
    text: "Air.",
  },
  {
    fact: "a preferred Ollama falls back to both vendors",
    preferred: "ollama",
    script: { ollama: [unreachable], openai: [badKey], anthropic: [answers("Scattering.")] },
    asked: ["ollama", "ollama", "ollama", "openai", "anthropic"],
    text: "Scattering.",
  },
]

describe.each(methods)("%s", (_, ask) => {
  it.effect.each(cases)("$fact", ({ preferred, script, asked, text }) =>
    Effect.gen(function* () {
      const world = makeWorld(script)
      const result = yield* settled(ask(preferring(preferred)).pipe(Effect.provide(world.layer)))
      assert.deepStrictEqual(world.asked(), asked)
      assert.strictEqual(Result.isSuccess(result) ? result.success : undefined, text)
      assert.strictEqual(world.open(), 0)
    }),
  )

  it.effect("the error of a run in which all fail is the preferred one's and names every provider", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [refuses(500)], anthropic: [refuses(503)], ollama: [unreachable] })
      const error = Result.getFailure(
        yield* settled(ask(preferring("openai")).pipe(Effect.provide(world.layer))),
      )
      assert(error._tag === "Some" && error.value._tag === "AIProviderError")
      const { provider, reason, status, isRetryable, message } = error.value
      assert.deepStrictEqual(
        { provider, reason, status, isRetryable },
        { provider: "openai", reason: "ServerError", status: 500, isRetryable: true },
      )
      for (const name of ["openai/", "anthropic/", "ollama/"]) assert.include(message, name)
    }),
  )

  it.effect(
    "a refused key of the preferred provider is an error of the configuration when nobody else can answer",
    () =>
      Effect.gen(function* () {
        const world = makeWorld(
          { openai: [badKey] },
          { OPENAI_API_KEY: "sk-wrong-0123456789", OPENAI_BASE_URL: "http://openai.test/v1" },
        )
        const error = Result.getFailure(
          yield* settled(ask(preferring("openai")).pipe(Effect.provide(world.layer))),
        )
        assert(error._tag === "Some" && error.value._tag === "AIConfigurationError")
        assert.strictEqual(error.value.keyName, "OPENAI_API_KEY")
        assert.deepStrictEqual(world.asked(), ["openai"])
      }),
  )

  it.effect("a provider without a key is skipped", () =>
    Effect.gen(function* () {
      const world = makeWorld(
        { openai: [answers("never asked")], anthropic: [answers("Scattering.")] },
        { ...allConfigured, OPENAI_API_KEY: "" },
      )
      const result = yield* settled(ask(preferring("openai")).pipe(Effect.provide(world.layer)))
      assert.deepStrictEqual(result, Result.succeed("Scattering."))
      assert.deepStrictEqual(world.asked(), ["anthropic"])
    }),
  )

  it.effect("nothing configured: the error names every missing key and nobody is asked", () =>
    Effect.gen(function* () {
      const world = makeWorld({}, {})
      const error = Result.getFailure(
        yield* settled(ask(preferring("openai")).pipe(Effect.provide(world.layer))),
      )
      assert(error._tag === "Some" && error.value._tag === "AIConfigurationError")
      assert.include(error.value.message, "OPENAI_API_KEY")
      assert.include(error.value.message, "ANTHROPIC_API_KEY")
      assert.strictEqual(error.value.keyName, "OPENAI_API_KEY")
      assert.deepStrictEqual(world.asked(), [])
    }),
  )

  it.effect("an unknown provider is named, and nobody is asked", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [answers("never asked")] })
      const error = Result.getFailure(
        yield* settled(ask(preferring("Grok")).pipe(Effect.provide(world.layer))),
      )
      assert(error._tag === "Some" && error.value._tag === "AIConfigurationError")
      assert.include(error.value.message, '"Grok"')
      assert.deepStrictEqual(world.asked(), [])
    }),
  )

  it.effect("the key of a provider is compared without regard to case", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [answers("Rayleigh.")] })
      const result = yield* settled(ask(preferring("OpenAI")).pipe(Effect.provide(world.layer)))
      assert.deepStrictEqual(result, Result.succeed("Rayleigh."))
    }),
  )

  it.effect(
    "the model is the named one, then the configured one, then the default; a fallback's is its cheap one",
    () =>
      Effect.gen(function* () {
        const named = makeWorld({ openai: [answers("a")] })
        yield* settled(
          ask(preferring("openai", { preferredProvider: { key: "openai", modelName: "gpt-4.1" } })).pipe(
            Effect.provide(named.layer),
          ),
        )
        const configured = makeWorld(
          { openai: [refuses(404)], anthropic: [answers("a")] },
          { ...allConfigured, OPENAI_MODEL_NAME: "gpt-4o", ANTHROPIC_MODEL_NAME: "claude-opus-4-1" },
        )
        yield* settled(ask(preferring("openai")).pipe(Effect.provide(configured.layer)))
        const plain = makeWorld({ openai: [refuses(404)], anthropic: [answers("a")] })
        yield* settled(ask(preferring("openai")).pipe(Effect.provide(plain.layer)))
        const models = [named, configured, plain].flatMap(({ calls }) =>
          calls.map(({ body }) => body["model"]),
        )
        assert.deepStrictEqual(models, [
          "gpt-4.1",
          "gpt-4o",
          "claude-opus-4-1",
          "gpt-5.4",
          "claude-haiku-5-5",
        ])
      }),
  )

  it.effect("options reach the provider, merged under the prompt, and only where the model takes them", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [refuses(404)], anthropic: [refuses(404)], ollama: [answers("a")] })
      const request = preferring("openai", {
        options: { temperature: 0.7, maxOutputTokens: 99, stopSequences: ["END"] },
      })
      yield* settled(ask(request).pipe(Effect.provide(world.layer)))
      const [openai, anthropic, ollama] = world.calls.map(({ body }) => body)
      assert.notProperty(openai, "temperature")
      assert.strictEqual(openai?.["max_completion_tokens"], 99)
      assert.notProperty(anthropic, "temperature")
      assert.strictEqual(anthropic?.["max_tokens"], 99)
      assert.strictEqual(ollama?.["temperature"], 0.7)
      assert.deepStrictEqual(ollama?.["stop"], ["END"])
      assert.deepStrictEqual(ollama?.["messages"], [{ role: "user", content: "Why is the sky blue?" }])
    }),
  )

  it.effect("no message, and a message without words, are refused before anybody is asked", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [answers("never asked")] })
      for (const messages of [[], [{ role: "user" as const, content: " \n" }]]) {
        const error = Result.getFailure(
          yield* settled(ask(preferring("openai", { messages })).pipe(Effect.provide(world.layer))),
        )
        assert(error._tag === "Some" && error.value._tag === "AIProviderError")
        assert.strictEqual(error.value.reason, "InvalidRequest")
      }
      assert.deepStrictEqual(world.asked(), [])
    }),
  )

  it.effect(
    "an answer that breaks off is continued by the next provider, and nothing of it is repeated",
    () =>
      Effect.gen(function* () {
        const world = makeWorld({
          openai: [breaksAfter("The sky is")],
          anthropic: [answers("The sky is blue because of scattering.")],
        })
        const result = yield* settled(ask(preferring("openai")).pipe(Effect.provide(world.layer)))
        assert.deepStrictEqual(result, Result.succeed("The sky is blue because of scattering."))
        assert.deepStrictEqual(world.asked(), ["openai", "anthropic"])
      }),
  )

  it.effect("an answer that breaks off and that nobody can continue is an error", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter("The sky is")], anthropic: [refuses(500)] })
      const error = Result.getFailure(
        yield* settled(ask(preferring("openai")).pipe(Effect.provide(world.layer))),
      )
      assert(error._tag === "Some" && error.value._tag === "AIProviderError")
      assert.strictEqual(error.value.reason, "Cut")
    }),
  )
})

describe("streamConversation", () => {
  it.effect("hands on what was written before an answer broke off", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter("The sky is")] })
      const seen: Array<string> = []
      const { streamConversation } = yield* Effect.provide(ChatOrchestratorService, world.layer)
      const result = yield* Effect.result(
        Stream.runForEach(streamConversation(preferring("openai")), ({ text }) =>
          Effect.sync(() => void seen.push(text)),
        ),
      )
      assert.isTrue(Result.isFailure(result))
      assert.strictEqual(seen.join(""), "The sky is")
    }),
  )
})

describe("a missing secret", () => {
  it.effect("is the cause of the configuration error when a provider is asked without a plan", () =>
    Effect.gen(function* () {
      const world = makeWorld({}, {})
      const registry = yield* Effect.provide(ProviderRegistry, world.layer)
      const { languageModel } = yield* registry.get("openai")
      const error = yield* Effect.flip(
        languageModel.generateText({ prompt: toPrompt([{ role: "user", content: "Hi" }]) }),
      )
      assert(error._tag === "AIConfigurationError")
      assert.strictEqual(error.keyName, "OPENAI_API_KEY")
      assert.instanceOf(error.cause, SecretNotFoundError)
    }),
  )
})
