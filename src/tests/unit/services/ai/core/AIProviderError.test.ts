import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { AIConfigurationError, AIProviderError, ProviderErrorReason } from "@/services/ai/core"

const retryable: ReadonlySet<ProviderErrorReason> = new Set<ProviderErrorReason>([
  "ConnectionFailed",
  "ServerError",
  "Overloaded",
  "RateLimited",
  "NoFirstPart",
  "Stalled",
  "Cut",
  "MalformedResponse",
  "EmptyAnswer",
  "Disconnected",
])

const base = { provider: "openai", message: "openai answered 500: no" }

describe("the error of a provider", () => {
  it.each(ProviderErrorReason.literals)("knows whether asking again can help after %s", (reason) => {
    expect(AIProviderError.of({ ...base, reason }).isRetryable).toBe(retryable.has(reason))
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
