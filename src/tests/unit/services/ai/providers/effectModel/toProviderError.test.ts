import { assert, describe, it } from "@effect/vitest"
import * as AiError from "effect/ai/AiError"
import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import { AIProviderError, type ProviderErrorReason } from "@/services/ai/core"
import { fromErrorPart, toProviderError } from "@/services/ai/providers/effectModel/toProviderError"

const target = { provider: "mine", model: "default" }
const before = { target, begun: false, now: 0 }
const after = { target, begun: true, now: 0 }

const errorOf = (reason: AiError.AiErrorReason) =>
  AiError.make({ module: "Theirs", method: "streamText", reason })

const description = "it said no"
const network = (reason: "TransportError" | "EncodeError" | "InvalidUrlError") =>
  new AiError.NetworkError({ reason, method: "POST", url: "https://x.example" })
const tool = { toolName: "weather", description }

/** One row a kind of effect/ai's, and more where one kind has several meanings. */
const rows: ReadonlyArray<readonly [AiError.AiErrorReason, ProviderErrorReason, retryable: boolean]> = [
  [new AiError.RateLimitError({}), "RateLimited", true],
  [new AiError.QuotaExhaustedError({}), "QuotaExhausted", false],
  [new AiError.AuthenticationError({ kind: "InvalidKey" }), "InvalidKey", false],
  [new AiError.AuthenticationError({ kind: "ExpiredKey" }), "InvalidKey", false],
  [new AiError.AuthenticationError({ kind: "MissingKey" }), "InvalidKey", false],
  [new AiError.AuthenticationError({ kind: "Unknown" }), "InvalidKey", false],
  [new AiError.AuthenticationError({ kind: "InsufficientPermissions" }), "TargetUnsupported", false],
  [new AiError.ContentPolicyError({ description }), "ContentRefused", false],
  [new AiError.InvalidRequestError({ description }), "InvalidRequest", false],
  [new AiError.InvalidRequestError({ description: "prompt is too long: 9 > 8" }), "ContextTooLong", false],
  [
    new AiError.InvalidRequestError({ description: "temperature is not supported" }),
    "TargetUnsupported",
    false,
  ],
  [new AiError.InternalProviderError({ description }), "ServerError", true],
  [new AiError.InternalProviderError({ description: "Overloaded" }), "Overloaded", true],
  [new AiError.InvalidResponseError({ description }), "MalformedResponse", true],
  [new AiError.InvalidOutputError({ description }), "MalformedResponse", true],
  [new AiError.StructuredOutputError({ description, responseText: "{" }), "MalformedResponse", true],
  [network("TransportError"), "ConnectionFailed", true],
  [network("InvalidUrlError"), "TargetUnsupported", false],
  [network("EncodeError"), "InvalidRequest", false],
  [new AiError.UnsupportedSchemaError({ description }), "TargetUnsupported", false],
  [new AiError.ToolConfigurationError(tool), "TargetUnsupported", false],
  [new AiError.ToolNotFoundError({ toolName: "weather", availableTools: [] }), "MalformedResponse", true],
  [new AiError.ToolParameterValidationError(tool), "MalformedResponse", true],
  [new AiError.InvalidToolResultError(tool), "InvalidRequest", false],
  [new AiError.ToolResultEncodingError({ ...tool, toolResult: 1 }), "InvalidRequest", false],
  [new AiError.ToolkitRequiredError({ pendingApprovals: [] }), "InvalidRequest", false],
  [new AiError.InvalidUserInputError({ description }), "InvalidRequest", false],
  [new AiError.UnknownError({ description }), "Unknown", false],
]

const answered = (
  status: number,
  message: string,
  headers: Record<string, string | Redacted.Redacted> = {},
) => ({
  http: { response: { status, headers }, body: JSON.stringify({ error: { message } }) },
})

describe("an error of an effect/ai model", () => {
  it("has a row for each kind", () => {
    const kinds = AiError.AiErrorReason.members.map((member) => member.fields._tag.schema.literal)
    assert.sameMembers([...new Set(rows.map(([reason]) => reason._tag))], kinds)
  })

  it.each(rows)("%s becomes %s", (reason, expected, retryable) => {
    const error = toProviderError(errorOf(reason), before)
    assert.strictEqual(error.reason, expected)
    assert.strictEqual(error.isRetryable, retryable)
    assert.deepInclude(error, target)
    assert.include(error.message, "mine: ")
    assert.strictEqual(error.context?.["kind"], reason._tag)
    assert.isUndefined(error.status)
  })

  it("keeps the wait that it asks for", () => {
    const error = errorOf(new AiError.RateLimitError({ retryAfter: Duration.seconds(9) }))
    assert.deepStrictEqual(toProviderError(error, before).retryAfter, Duration.seconds(9))
  })

  it("is a cut once parts have come", () => {
    const error = errorOf(network("TransportError"))
    assert.strictEqual(toProviderError(error, after).reason, "Cut")
  })

  const refusals: ReadonlyArray<
    readonly [AiError.AiErrorReason, ProviderErrorReason, status: number, wait: Duration.Duration | undefined]
  > = [
    [
      new AiError.RateLimitError(answered(429, "slow down", { "Retry-After": "2" })),
      "RateLimited",
      429,
      Duration.seconds(2),
    ],
    [
      new AiError.RateLimitError(answered(429, "You exceeded your current quota")),
      "QuotaExhausted",
      429,
      undefined,
    ],
    [
      new AiError.AuthenticationError({ kind: "InsufficientPermissions", ...answered(403, "bad API key") }),
      "InvalidKey",
      403,
      undefined,
    ],
    [
      new AiError.InternalProviderError({ description, ...answered(529, "Overloaded") }),
      "Overloaded",
      529,
      undefined,
    ],
    [new AiError.UnknownError({ ...answered(404, "no such model") }), "TargetUnsupported", 404, undefined],
    [
      new AiError.InvalidRequestError(answered(400, "This model's maximum context length is 8192 tokens")),
      "ContextTooLong",
      400,
      undefined,
    ],
  ]

  it.each(refusals)(
    "with the provider's answer is read as any provider's: %s, %s",
    (reason, expected, status, wait) => {
      const error = toProviderError(errorOf(reason), before)
      assert.strictEqual(error.reason, expected)
      assert.strictEqual(error.status, status)
      assert.deepStrictEqual(error.retryAfter, wait)
      assert.include(error.message, `mine answered ${status}: `)
    },
  )

  it("does not take an answer of 200 for a refusal", () => {
    const reason = new AiError.InvalidResponseError({ description, ...answered(200, "x") })
    const error = toProviderError(errorOf(reason), before)
    assert.strictEqual(error.reason, "MalformedResponse")
    assert.isUndefined(error.status)
  })

  it("holds no key, also not in a cause", () => {
    const key = "sk-0123456789abcdefghij"
    const headers = { authorization: Redacted.make(`Bearer ${key}`), "x-echo": `Bearer ${key}` }
    for (const reason of [
      new AiError.UnknownError({ description: `wrong key ${key}` }),
      new AiError.AuthenticationError({ kind: "InvalidKey", ...answered(401, `wrong key ${key}`, headers) }),
    ]) {
      const error = toProviderError(errorOf(reason), before)
      assert.notInclude(JSON.stringify({ ...error, message: error.message }), key)
      assert.isUndefined(error.cause)
    }
  })
})

describe("an error part of an effect/ai model", () => {
  const ours = AIProviderError.of({ ...target, reason: "Stalled", message: "silence" })
  const circular: Record<string, unknown> = { message: "round" }
  circular["self"] = circular

  const parts: ReadonlyArray<readonly [string, unknown, ProviderErrorReason]> = [
    ["one of ours", ours, "Stalled"],
    ["one of effect/ai's", errorOf(new AiError.ContentPolicyError({ description })), "ContentRefused"],
    [
      "a vendor's event",
      { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
      "Overloaded",
    ],
    ["words", "rate_limit reached", "ServerError"],
    ["an exception", new Error("prompt is too long"), "ContextTooLong"],
    ["something that is no JSON", circular, "ServerError"],
    ["a number", 10n, "ServerError"],
    ["nothing", undefined, "ServerError"],
    ["null", null, "ServerError"],
  ]

  it.each(parts)("that is %s becomes %#", (_name, part, expected) => {
    const error = fromErrorPart(part, after)
    assert.instanceOf(error, AIProviderError)
    assert.strictEqual(error.reason, expected)
  })
})
