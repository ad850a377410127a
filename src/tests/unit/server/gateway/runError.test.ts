import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { bodyOf, headersOf } from "@/server/gateway/DialectError"
import { toDialectError } from "@/server/gateway/runError"
import { AIConfigurationError, AIProviderError, ProviderErrorReason } from "@/services/ai/core"

const failing = (
  reason: ProviderErrorReason,
  more: Partial<ConstructorParameters<typeof AIProviderError>[0]> = {},
): AIProviderError => AIProviderError.of({ provider: "openai", reason, message: "openai failed", ...more })

type Row = readonly [status: number, type: string, code: string | null]

const expected: Readonly<Record<ProviderErrorReason, Row>> = {
  ConnectionFailed: [503, "server_error", "upstream_unavailable"],
  Overloaded: [503, "server_error", "upstream_unavailable"],
  ServerError: [502, "server_error", "upstream_error"],
  MalformedResponse: [502, "server_error", "upstream_error"],
  EmptyAnswer: [502, "server_error", "upstream_error"],
  Unknown: [502, "server_error", "upstream_error"],
  Superseded: [502, "server_error", "upstream_error"],
  Aborted: [502, "server_error", "upstream_error"],
  Interrupted: [502, "server_error", "upstream_error"],
  Disconnected: [502, "server_error", "upstream_error"],
  Cut: [502, "server_error", "answer_incomplete"],
  Stalled: [504, "server_error", "upstream_timeout"],
  NoFirstPart: [504, "server_error", "upstream_timeout"],
  DeadlineExceeded: [504, "server_error", "deadline_exceeded"],
  RateLimited: [429, "rate_limit_error", "rate_limit_exceeded"],
  QuotaExhausted: [429, "insufficient_quota", "insufficient_quota"],
  InvalidKey: [500, "server_error", "provider_not_configured"],
  TargetUnsupported: [400, "invalid_request_error", "not_supported"],
  ContextTooLong: [400, "invalid_request_error", "context_length_exceeded"],
  ContentRefused: [400, "invalid_request_error", "content_filter"],
  InvalidRequest: [400, "invalid_request_error", null],
}

describe("what a run failed with", () => {
  it.each(ProviderErrorReason.literals)("%s has its status, type and code, and the run's words", (reason) => {
    const error = toDialectError(failing(reason))
    assert.deepStrictEqual([error.status, error.type, error.code], [...expected[reason]])
    assert.strictEqual(error.message, "openai failed")
  })

  it.each(ProviderErrorReason.literals)(
    "%s is never 401: the caller's credentials are not the provider's",
    (reason) => {
      assert.notStrictEqual(toDialectError(failing(reason, { status: 401 })).status, 401)
    },
  )

  it.each([404, 410])("a model that the provider does not know (%i) is not found", (status) => {
    const error = toDialectError(failing("TargetUnsupported", { status }))
    assert.deepStrictEqual([error.status, error.code], [404, "model_not_found"])
  })

  it("a missing key is our configuration, and asking again is of no use", () => {
    const error = toDialectError(new AIConfigurationError({ message: "set OPENAI_API_KEY" }))
    assert.deepStrictEqual([error.status, error.code], [500, "provider_not_configured"])
    assert.deepStrictEqual(headersOf(error), { "x-should-retry": "false" })
  })

  const lacking = (...lacks: ReadonlyArray<ReadonlyArray<string> | undefined>) =>
    toDialectError(
      new AIConfigurationError({
        message: "no model has room",
        context: {
          kind: "skipped",
          skipped: lacks.map((lack) => (lack === undefined ? {} : { lacks: lack })),
        },
      }),
    )

  it("no model with room for the conversation is a conversation that is too long", () => {
    assert.strictEqual(lacking(["context-window"], ["context-window"]).code, "context_length_exceeded")
    assert.strictEqual(lacking(["context-window"]).status, 400)
  })

  it("that some step lacks something else keeps it a matter of configuration", () => {
    assert.strictEqual(lacking(["context-window"], undefined).code, "provider_not_configured")
    assert.strictEqual(lacking(["images"]).code, "provider_not_configured")
    assert.strictEqual(lacking().code, "provider_not_configured")
  })
})

describe("the headers of an error", () => {
  it("tell when to ask again, in whole seconds and never too early", () => {
    const limited = failing("RateLimited", { retryAfter: Duration.millis(1200) })
    assert.deepStrictEqual(headersOf(toDialectError(limited)), { "retry-after": "2" })
    assert.deepStrictEqual(headersOf(toDialectError(limited, Duration.seconds(7))), { "retry-after": "7" })
    const overloaded = failing("Overloaded", { retryAfter: Duration.seconds(3) })
    assert.deepStrictEqual(headersOf(toDialectError(overloaded)), { "retry-after": "3" })
  })

  it("promise nothing where the request itself is wrong", () => {
    const wrong = failing("InvalidRequest", { retryAfter: Duration.seconds(3) })
    assert.deepStrictEqual(headersOf(toDialectError(wrong)), { "x-should-retry": "false" })
  })
})

describe("the body of an error", () => {
  it("has the four fields that clients read, and nothing of the run's context", () => {
    const error = failing("ServerError", { context: { body: "secret words" }, requestId: "r1" })
    assert.deepStrictEqual(bodyOf(toDialectError(error)), {
      error: { message: "openai failed", type: "server_error", param: null, code: "upstream_error" },
    })
  })
})
