/** Every error as one plain sentence, with what to do and the details behind it. */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { assert, describe, it } from "@effect/vitest"
import { errorView } from "@/hooks/ai/errorView"
import type { Remedy } from "@/hooks/ai/chatState"
import { AIConfigurationError, AIProviderError, ProviderErrorReason } from "@/services/ai/core"
import { RunError } from "@/services/ai/orchestration/PlanEvent"
import { finalError, type Skipped } from "@/services/ai/orchestration/finalError"
import { missingKey, openai, overloaded, record, refusedKey } from "@/tests/support/planEvents"

const errorOf = (reason: ProviderErrorReason, more: Partial<Parameters<typeof AIProviderError.of>[0]> = {}) =>
  AIProviderError.of({ ...openai, reason, message: "openai answered 400: The vendor's own words", ...more })

describe("the sentence", () => {
  it.each(ProviderErrorReason.literals)(
    "of %s is one plain sentence without the vendor's jargon",
    (reason) => {
      const { sentence } = errorView(errorOf(reason))
      assert.match(sentence, /^[A-Z]/)
      assert.notMatch(sentence, /undefined|\[object|\{|AIProviderError/)
      // Only the provider can say what is wrong with a request.
      if (reason === "InvalidRequest") return
      assert.notInclude(sentence, "vendor's own words")
      assert.match(sentence, /\.$/)
    },
  )

  it.each<{ readonly fact: string; readonly error: RunError; readonly sentence: RegExp }>([
    {
      fact: "names the provider as people know it",
      error: errorOf("Overloaded"),
      sentence: /^OpenAI is overloaded\.$/,
    },
    {
      fact: "names an endpoint by its key",
      error: errorOf("Overloaded", { provider: "groq" }),
      sentence: /^groq is overloaded\.$/i,
    },
    {
      fact: "tells the wait that a provider asks for",
      error: errorOf("RateLimited", { retryAfter: Duration.seconds(42) }),
      sentence: /42s/,
    },
    {
      fact: "names the model that cannot be used",
      error: errorOf("TargetUnsupported"),
      sentence: /gpt-5\.4/,
    },
    {
      fact: "passes on what is wrong with the request",
      error: errorOf("InvalidRequest"),
      sentence: /The vendor's own words/,
    },
    {
      fact: "says that the provider is not to blame",
      error: errorOf("Interrupted"),
      sentence: /^Commander itself was stopped while OpenAI was answering\.$/,
    },
    { fact: "says which key is missing", error: missingKey, sentence: /OPENAI_API_KEY/ },
    {
      fact: "says that a key was refused, not that it is missing",
      error: refusedKey,
      sentence: /^OpenAI refused the key\.$/,
    },
  ])("$fact", ({ error, sentence }) => assert.match(errorView(error).sentence, sentence))

  it("of a run in which nobody could answer says why the first could not, and names the others once", () => {
    const anthropic = { provider: "anthropic", model: "claude-haiku-5-5" }
    const ollama = { provider: "ollama", model: "gemma3:1b" }
    const attempts = [
      record(1, openai, { error: refusedKey }),
      record(2, anthropic, { error: overloaded }),
      record(3, anthropic, { error: overloaded }),
      record(4, ollama, { error: overloaded }),
    ]
    const view = errorView(finalError(attempts, [], 0).error)
    assert.strictEqual(view.sentence, "OpenAI refused the key. Anthropic and Ollama could not answer either.")
    assert.deepStrictEqual(view.remedy, { kind: "fix-key", provider: "openai", keyName: "OPENAI_API_KEY" })
    assert.deepStrictEqual(
      view.details.filter(({ label }) => label.includes("/")).map(({ label, value }) => [label, value]),
      [
        [`openai/${openai.model}`, refusedKey.message],
        ["anthropic/claude-haiku-5-5", overloaded.message],
        ["ollama/gemma3:1b", overloaded.message],
      ],
    )
  })

  it("of a run in which everybody was skipped says that keys are needed, and offers to set the first", () => {
    const reason = { message: "OpenAI has no key: set OPENAI_API_KEY", keyName: "OPENAI_API_KEY" }
    const view = errorView(finalError([], [{ index: 0, provider: "openai", reason }], 0).error)
    assert.match(view.sentence, /No provider can be asked yet/)
    assert.deepStrictEqual(view.remedy, { kind: "fix-key", provider: "openai", keyName: "OPENAI_API_KEY" })
    assert.deepInclude(view.details, { label: "openai (not asked)", value: reason.message })
  })
})

describe("a run in which nobody was asked", () => {
  const closed = (provider: string, reopensAt: number): Skipped => {
    const message = `${provider}: its circuit is open: the vendor's own words`
    return {
      index: 0,
      provider,
      reason: { message, reopensAt },
      closure: { reason: "circuit-open", message, reopensAt },
    }
  }
  const unable = (provider: string): Skipped => ({
    index: 1,
    provider,
    reason: { message: "it cannot see images", lacks: ["images"] },
  })
  const keyless: Skipped = {
    index: 2,
    provider: "ollama",
    reason: { message: "Ollama has no key", keyName: "OLLAMA_API_KEY" },
  }

  it("since all are closed off, names these, and says when to ask again", () => {
    const view = errorView(
      finalError([], [closed("openai", 9_000), closed("anthropic", 5_000), keyless], 1_000).error,
    )
    assert.match(view.sentence, /^OpenAI and Anthropic cannot be asked just now/)
    assert.notInclude(view.sentence, "vendor's own words")
    assert.deepStrictEqual(view.remedy, { kind: "try-again", afterMillis: 4_000 })
    assert.deepInclude(view.details, {
      label: "openai (not asked)",
      value: "openai: its circuit is open: the vendor's own words",
    })
  })

  it("since no model can do it, does not ask for a key", () => {
    const view = errorView(finalError([], [unable("openai")], 0).error)
    assert.match(view.sentence, /^No model of this plan can do/)
    assert.deepStrictEqual(view.remedy, { kind: "none" })
  })

  it("since the one with a key is not able, says that, and offers the other's key", () => {
    const view = errorView(finalError([], [unable("openai"), keyless], 0).error)
    assert.match(view.sentence, /^No model that has a key can do/)
    assert.deepInclude(view.remedy, { kind: "fix-key", keyName: "OLLAMA_API_KEY" })
  })
})

describe("the remedy", () => {
  const tryAgain: Remedy = { kind: "try-again" }
  const none: Remedy = { kind: "none" }
  const fixKey: Remedy = { kind: "fix-key", provider: "openai", keyName: "OPENAI_API_KEY" }

  it.each<{ readonly fact: string; readonly error: RunError; readonly remedy: Remedy }>([
    { fact: "a refused key is to be fixed", error: refusedKey, remedy: fixKey },
    { fact: "a missing key is to be fixed", error: missingKey, remedy: fixKey },
    { fact: "an outage is to be tried again", error: errorOf("ServerError"), remedy: tryAgain },
    { fact: "our own stop is to be tried again", error: errorOf("Interrupted"), remedy: tryAgain },
    { fact: "a lost server is to be tried again", error: errorOf("Disconnected"), remedy: tryAgain },
    {
      fact: "a limit is to be tried again after its wait",
      error: errorOf("RateLimited", { retryAfter: Duration.seconds(42) }),
      remedy: { kind: "try-again", afterMillis: 42_000 },
    },
    {
      fact: "a refused content is not helped by asking again",
      error: errorOf("ContentRefused"),
      remedy: none,
    },
    { fact: "neither is a request that is wrong", error: errorOf("InvalidRequest"), remedy: none },
    {
      fact: "nor a name that does not exist",
      error: new AIConfigurationError({ message: 'there is no provider "x"', provider: "x" }),
      remedy: none,
    },
  ])("$fact", ({ error, remedy }) => assert.deepStrictEqual(errorView(error).remedy, remedy))
})

describe("the details", () => {
  it("hold the provider's words, status, request id and body", () => {
    const error = errorOf("ServerError", {
      status: 500,
      requestId: "req_1",
      context: { body: '{"error":"x"}' },
    })
    assert.deepStrictEqual(errorView(error).details, [
      { label: "Message", value: "openai answered 400: The vendor's own words" },
      { label: "HTTP status", value: "500" },
      { label: "Request id", value: "req_1" },
      { label: "Response body", value: '{"error":"x"}' },
    ])
  })

  it("are the same after the bridge", () => {
    const json = Schema.fromJsonString(Schema.toCodecJson(RunError))
    for (const error of [
      refusedKey,
      missingKey,
      errorOf("RateLimited", { retryAfter: Duration.seconds(3), status: 429 }),
    ]) {
      const passed = Schema.decodeUnknownSync(json)(Schema.encodeUnknownSync(json)(error))
      assert.deepStrictEqual(errorView(passed), errorView(error))
    }
  })

  it("survive a context that nobody expected", () => {
    for (const attempts of [null, "x", [null, 3, "x", { provider: 7 }], {}]) {
      const view = errorView(
        errorOf("ServerError", { message: "No provider could answer. x", context: { attempts } }),
      )
      assert.isString(view.sentence)
    }
  })
})
