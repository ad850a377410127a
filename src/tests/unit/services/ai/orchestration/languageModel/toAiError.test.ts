import { assert, describe, it } from "@effect/vitest"
import type * as AiError from "effect/ai/AiError"
import * as Duration from "effect/Duration"
import { AIConfigurationError, AIProviderError, ProviderErrorReason } from "@/services/ai/core"
import { toAiError } from "@/services/ai/orchestration/languageModel/toAiError"
import { missingKey, refusedKey } from "@/tests/support/planEvents"

/** The kind that fits, and whether it can be asked again. One row a reason. */
const rows: Readonly<
  Record<ProviderErrorReason, readonly [AiError.AiErrorReason["_tag"], retryable: boolean]>
> = {
  ConnectionFailed: ["NetworkError", true],
  ServerError: ["InternalProviderError", true],
  Overloaded: ["InternalProviderError", true],
  RateLimited: ["RateLimitError", true],
  QuotaExhausted: ["QuotaExhaustedError", false],
  InvalidKey: ["AuthenticationError", false],
  TargetUnsupported: ["InvalidRequestError", false],
  NoFirstPart: ["InternalProviderError", true],
  Stalled: ["InternalProviderError", true],
  Cut: ["InternalProviderError", true],
  ContextTooLong: ["InvalidRequestError", false],
  ContentRefused: ["ContentPolicyError", false],
  InvalidRequest: ["InvalidRequestError", false],
  // Not to be asked again, says `effect/ai`; the plan has done so already.
  MalformedResponse: ["InvalidResponseError", false],
  EmptyAnswer: ["InvalidOutputError", true],
  DeadlineExceeded: ["UnknownError", false],
  Superseded: ["UnknownError", false],
  Aborted: ["UnknownError", false],
  Interrupted: ["InternalProviderError", true],
  Disconnected: ["NetworkError", true],
  Unknown: ["UnknownError", false],
}

const errorOf = (reason: ProviderErrorReason, more: Partial<Parameters<typeof AIProviderError.of>[0]> = {}) =>
  AIProviderError.of({ provider: "openai", model: "gpt-5.4", message: "openai said no", reason, ...more })

describe("the error of a run, as an effect/ai error", () => {
  it.each(ProviderErrorReason.literals)(
    "has the kind that fits %s, and the original as its cause",
    (reason) => {
      const [tag, retryable] = rows[reason]
      const error = errorOf(reason)
      const given = toAiError("streamText", { error })
      assert.strictEqual(given.reason._tag, tag)
      assert.strictEqual(given.isRetryable, retryable)
      assert.strictEqual(given.reason.cause, error)
      assert.strictEqual(`${given.module}.${given.method}`, "AiPlan.streamText")
    },
  )

  it("keeps the provider's words where its kind has room for them", () => {
    for (const reason of ProviderErrorReason.literals) {
      const { message } = toAiError("generateText", { error: errorOf(reason) })
      const isSilent = reason === "RateLimited" || reason === "QuotaExhausted"
      assert.strictEqual(message.includes("openai said no"), !isSilent, reason)
    }
  })

  it("names the target that could not be reached", () => {
    assert.include(toAiError("streamText", { error: errorOf("ConnectionFailed") }).message, "openai/gpt-5.4")
  })

  it("keeps the wait that the run tells, else the error's own", () => {
    const error = errorOf("RateLimited", { retryAfter: Duration.seconds(9) })
    assert.deepStrictEqual(toAiError("streamText", { error }).retryAfter, Duration.seconds(9))
    assert.deepStrictEqual(
      toAiError("streamText", { error, retryAfter: Duration.seconds(2) }).retryAfter,
      Duration.seconds(2),
    )
    assert.isUndefined(toAiError("streamText", { error: errorOf("RateLimited") }).retryAfter)
  })

  it("keeps status and body", () => {
    const { reason } = toAiError("streamText", {
      error: errorOf("InvalidRequest", { status: 422, context: { body: "{}" } }),
    })
    assert.deepStrictEqual("http" in reason ? reason.http : undefined, {
      response: { status: 422, headers: {} },
      body: "{}",
    })
  })

  it("can be asked again when an unknown error can", () => {
    const { reason } = toAiError("streamText", { error: errorOf("Unknown", { isRetryable: true }) })
    assert.strictEqual(reason._tag, "InternalProviderError")
  })

  const configuration: ReadonlyArray<readonly [string, AIConfigurationError, string, string | undefined]> = [
    ["a missing key", missingKey, "AuthenticationError", "MissingKey"],
    [
      "a refused key",
      new AIConfigurationError({
        message: "refused",
        provider: "openai",
        keyName: "OPENAI_API_KEY",
        cause: refusedKey,
      }),
      "AuthenticationError",
      "InvalidKey",
    ],
    [
      "a provider that does not exist",
      new AIConfigurationError({ message: 'there is no provider "opnai"', provider: "opnai" }),
      "InvalidRequestError",
      undefined,
    ],
    [
      "a wrong address",
      new AIConfigurationError({ message: "OPENAI_BASE_URL is no address", keyName: "OPENAI_BASE_URL" }),
      "InvalidRequestError",
      undefined,
    ],
  ]

  it.each(configuration)("tells %s", (_name, error, tag, kind) => {
    const { reason } = toAiError("generateText", { error })
    assert.strictEqual(reason._tag, tag)
    assert.strictEqual(reason._tag === "AuthenticationError" ? reason.kind : undefined, kind)
    assert.include(reason.message, error.message)
    assert.strictEqual(reason.cause, error)
  })
})
