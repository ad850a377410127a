import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { AIConfigurationError, AIProviderError, ProviderErrorReason } from "@/services/ai/core"
import { verdict } from "@/services/ai/orchestration/verdict"

const base = { provider: "openai", message: "openai answered 500: no" }

describe("the error of a provider", () => {
  const asksAgain = (reason: ProviderErrorReason): boolean => {
    const error = AIProviderError.of({ ...base, reason })
    return (
      verdict(error, { committed: false, sameReason: 1, onRefusal: "stop", phase: "answer" }).again._tag !==
      "No"
    )
  }

  it.each(ProviderErrorReason.literals.filter(asksAgain))(
    "says after %s, where a plan asks again, that this can help",
    (reason) => {
      expect(AIProviderError.of({ ...base, reason }).isRetryable).toBe(true)
    },
  )

  it.each<ProviderErrorReason>([
    "InvalidKey",
    "TargetUnsupported",
    "ContextTooLong",
    "ContentRefused",
    "InvalidRequest",
    "QuotaExhausted",
  ])("says after %s that the same request will fail again", (reason) => {
    expect(AIProviderError.of({ ...base, reason }).isRetryable).toBe(false)
  })

  it("takes its maker's word for it where that is given", () => {
    expect(AIProviderError.of({ ...base, reason: "ServerError", isRetryable: false }).isRetryable).toBe(false)
  })

  it("has the reason Unknown where none is given", () => {
    expect(AIProviderError.of(base)).toMatchObject({ reason: "Unknown", isRetryable: false })
  })

  it("crosses the bridge as JSON with all it holds", () => {
    const error = AIProviderError.of({
      ...base,
      reason: "RateLimited",
      model: "m",
      status: 429,
      requestId: "r",
      retryAfter: Duration.millis(1500),
      context: { code: "c", attempts: [{ n: 1 }] },
    })
    const codec = Schema.fromJsonString(AIProviderError)
    const arrived = Schema.decodeUnknownSync(codec)(Schema.encodeSync(codec)(error))
    expect(arrived).toBeInstanceOf(AIProviderError)
    expect(Schema.encodeSync(AIProviderError)(arrived)).toEqual(Schema.encodeSync(AIProviderError)(error))
    expect(arrived.retryAfter).toEqual(Duration.millis(1500))
  })

  it("is told from a configuration error by its tag", () => {
    expect(AIProviderError.of(base)._tag).toBe("AIProviderError")
    expect(new AIConfigurationError({ message: "no key" })._tag).toBe("AIConfigurationError")
  })
})
