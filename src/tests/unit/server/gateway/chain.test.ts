import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { chainOf, limits, namesOf } from "@/server/gateway/chain"
import type { CompletionRequest } from "@/server/gateway/CompletionRequest"
import type { Provider } from "@/services/ai/core"
import { simulator } from "@/services/ai/providers/simulator/SimulatorAgentLanguageModelLive"
import { nameOf } from "@/services/ai/orchestration/PlanEvent"

type Named = Pick<CompletionRequest, "model" | "models" | "fallbacks">

const asking = (named: Named): CompletionRequest => ({ messages: [], ...named })

describe("the names of a request, in the order in which they are asked", () => {
  it.each<readonly [named: Named, names: ReadonlyArray<string>]>([
    [{ model: "a" }, ["a"]],
    [{ model: "a", fallbacks: ["b", "c"] }, ["a", "b", "c"]],
    [{ model: "a", fallbacks: [] }, ["a"]],
    [{ model: "a", fallbacks: null, models: null }, ["a"]],
    [{ models: ["a", "b"] }, ["a", "b"]],
    [{ model: "a", models: ["b", "c"] }, ["a", "b", "c"]],
    [{ model: "b", models: ["a", "b"] }, ["a", "b"]],
    [{ model: "a", models: [] }, ["a"]],
  ])("%j: %j", (named, names) => {
    const found: ReadonlyArray<string> = Result.getOrThrow(namesOf(asking(named)))
    assert.deepStrictEqual(found, names)
  })

  it.each<readonly [named: Named, param: string]>([
    [{}, "model"],
    [{ model: null }, "model"],
    [{ models: [] }, "model"],
    [{ fallbacks: ["b"] }, "model"],
    [{ model: "a", models: ["b"], fallbacks: ["c"] }, "models"],
    [{ models: Array.from({ length: limits.models + 1 }, (_, index) => `m${index}`) }, "models"],
    [
      { model: "a", fallbacks: Array.from({ length: limits.models }, (_, index) => `m${index}`) },
      "fallbacks",
    ],
  ])("%j is refused", (named, param) => {
    const error = Result.getOrThrow(Result.flip(namesOf(asking(named))))
    assert.deepInclude({ ...error }, { status: 400, param })
  })
})

/** What is read of a provider is kept. */
const providers = (read: Array<string> = []): ReadonlyArray<Provider> => {
  const provider = (key: string, models: ReadonlyArray<string>, more: Partial<Provider> = {}): Provider => ({
    key,
    label: key,
    models,
    languageModel: simulator,
    availability: Effect.sync(() => {
      read.push(key)
      return { _tag: "Ready" as const }
    }),
    configuredModel: Effect.succeed(undefined),
    defaultModel: models[0] ?? "",
    fallbackModel: models[0] ?? "",
    ...more,
  })
  const missing = Effect.succeed({ _tag: "MissingKey" as const, keyName: "KEY" })
  return [
    provider("openai", ["gpt-5.4", "shared", "shared-by-one-ready"]),
    provider("anthropic", ["claude"], { configuredModel: Effect.succeed("claude-next") }),
    provider("groq", ["meta/llama-3", "shared"]),
    provider("keyless", ["only-here", "shared-by-one-ready"], { availability: missing }),
  ]
}

const targets = (named: Named, read: Array<string> = []) =>
  Effect.map(chainOf(asking(named), providers(read)), (chain) => chain.targets.map(nameOf))

describe("a model", () => {
  it.effect.each<readonly [name: string, target: string]>([
    ["openai/gpt-5.4", "openai/gpt-5.4"],
    ["OpenAI/gpt-5.4", "openai/gpt-5.4"],
    ["openai/a-model-that-nobody-listed", "openai/a-model-that-nobody-listed"],
    ["groq/meta/llama-3", "groq/meta/llama-3"],
    ["groq/openai/gpt-oss", "groq/openai/gpt-oss"],
  ])(
    "with its provider before the first slash: %s is %s, and no provider's settings are read",
    ([name, target]) =>
      Effect.gen(function* () {
        const read: Array<string> = []
        assert.deepStrictEqual(yield* targets({ model: name }, read), [target])
        assert.deepStrictEqual(read, [])
      }),
  )

  it.effect.each<readonly [name: string, target: string]>([
    ["gpt-5.4", "openai/gpt-5.4"],
    ["meta/llama-3", "groq/meta/llama-3"],
    ["claude-next", "anthropic/claude-next"],
    ["only-here", "keyless/only-here"],
    ["shared-by-one-ready", "openai/shared-by-one-ready"],
  ])("without one, that one provider offers or is configured for: %s is %s", ([name, target]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* targets({ model: name }), [target])
    }),
  )

  it.effect.each(["gpt-9", "unknown/gpt-5.4", "openai/", "/gpt-5.4", "openai", "GPT-5.4"])(
    "that nobody knows is not found, and the error names the providers: %s",
    (name) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(targets({ model: name }))
        assert.deepInclude({ ...error }, { status: 404, code: "model_not_found", param: "model" })
        assert.include(error.message, "openai, anthropic, groq, keyless")
      }),
  )

  it.effect("that two ready providers offer has to be named in full", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(targets({ model: "shared" }))
      assert.deepInclude({ ...error }, { status: 400, code: "ambiguous_model" })
      assert.include(error.message, "openai/shared or groq/shared")
    }),
  )
})

describe("the chain", () => {
  it.effect("names nobody twice", () =>
    Effect.gen(function* () {
      const named = { model: "gpt-5.4", fallbacks: ["openai/gpt-5.4", "claude", "OPENAI/gpt-5.4"] }
      assert.deepStrictEqual(yield* targets(named), ["openai/gpt-5.4", "anthropic/claude"])
    }),
  )

  it.effect.each<readonly [named: Named, isWhole: boolean]>([
    [{ model: "gpt-5.4" }, false],
    [{ model: "gpt-5.4", fallbacks: null }, false],
    [{ model: "gpt-5.4", fallbacks: [] }, true],
    [{ models: ["gpt-5.4"] }, true],
  ])("is whole when the request lists it, also as nobody: %j", ([named, isWhole]) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* chainOf(asking(named), providers())).isWhole, isWhole)
    }),
  )
})
