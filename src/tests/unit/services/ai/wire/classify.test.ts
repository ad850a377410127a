import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { AIProviderError, type ProviderErrorReason } from "@/services/ai/core"
import { classify, type Refusal } from "@/services/ai/wire/classify"
import { refusals } from "./vendorRefusals"

const key = "q7Zt0Kx2Vb9Lm4Ns8Pw1"
const secrets = [Redacted.make(key)]
const target = { provider: "vendor", model: "m-1" }
const now = Date.parse("2026-11-22T12:00:00Z")

const of = (refusal: Partial<Refusal>): AIProviderError =>
  classify({ ...target, headers: {}, body: "", now, secrets, ...refusal })

describe("classify", () => {
  it.each(refusals)("$vendor: $what", ({ status, headers = {}, body, expected }) => {
    const error = of({
      ...(status === undefined ? {} : { status }),
      headers,
      body: typeof body === "string" ? body : JSON.stringify(body),
    })
    expect({
      reason: error.reason,
      status: error.status,
      requestId: error.requestId,
      retryAfter: error.retryAfter === undefined ? undefined : Duration.toMillis(error.retryAfter),
    }).toEqual({
      reason: expected.reason,
      status: expected.status ?? status,
      requestId: expected.requestId,
      retryAfter: expected.retryAfter,
    })
    expect(error.provider).toBe("vendor")
    expect(error.model).toBe("m-1")
    expect(error.message).toContain(expected.says)
  })

  const byStatus: ReadonlyArray<readonly [number, ProviderErrorReason]> = [
    [200, "MalformedResponse"],
    [204, "MalformedResponse"],
    [301, "TargetUnsupported"],
    [304, "TargetUnsupported"],
    [400, "InvalidRequest"],
    [401, "InvalidKey"],
    [402, "QuotaExhausted"],
    [403, "TargetUnsupported"],
    [404, "TargetUnsupported"],
    [405, "TargetUnsupported"],
    [408, "ServerError"],
    [409, "ServerError"],
    [410, "TargetUnsupported"],
    [413, "ContextTooLong"],
    [415, "InvalidRequest"],
    [418, "InvalidRequest"],
    [422, "InvalidRequest"],
    [425, "ServerError"],
    [429, "RateLimited"],
    [500, "ServerError"],
    [501, "TargetUnsupported"],
    [502, "ServerError"],
    [503, "Overloaded"],
    [504, "ServerError"],
    [520, "ServerError"],
    [529, "Overloaded"],
    [599, "ServerError"],
  ]

  it.each(byStatus)("judges %s without a body as %s", (status, reason) => {
    const error = of({ status })
    expect(error.reason).toBe(reason)
    expect(error.message).toBe(`vendor answered ${status}: no explanation`)
  })

  const retryable: ReadonlyArray<readonly [number, boolean]> = [
    [400, false],
    [401, false],
    [404, false],
    [429, true],
    [500, true],
    [503, true],
  ]

  it.each(retryable)("says whether asking again can help after %s: %s", (status, isRetryable) => {
    expect(of({ status }).isRetryable).toBe(isRetryable)
  })

  it("names the configuration key when the key is refused, and only then", () => {
    expect(of({ status: 401, keyName: "VENDOR_API_KEY" }).context).toMatchObject({
      keyName: "VENDOR_API_KEY",
    })
    expect(of({ status: 500, keyName: "VENDOR_API_KEY" }).context).not.toHaveProperty("keyName")
  })

  it("tells the text of an HTML page without its markup, scripts and styles", () => {
    const body =
      "<html><head><style>p{color:red}</style><script>alert(1)</script></head>" +
      "<body><h1>502 Bad Gateway</h1>\n<p>nginx</p></body></html>"
    expect(of({ status: 502, body }).message).toBe("vendor answered 502: 502 Bad Gateway nginx")
  })

  // No speed is measured here: work that grows with the square of the body takes seconds of the processor, where it needs a thousandth.
  it.each(["<", "<script"])("does not take a page apart with work out of proportion: %s", (piece) => {
    const before = process.cpuUsage()
    of({ status: 502, body: piece.repeat((64 * 1024) / piece.length) })
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(0.5)
  })

  it("names the place a redirect points to", () => {
    const error = of({ status: 307, headers: { location: "https://elsewhere.example/v1" } })
    expect(error.reason).toBe("TargetUnsupported")
    expect(error.message).toContain("https://elsewhere.example/v1")
  })

  it("keeps the vendor's code, type and body", () => {
    const body = JSON.stringify({ error: { message: "no", type: "t", code: "c" } })
    expect(of({ status: 400, body }).context).toEqual({ code: "c", type: "t", body })
  })

  it("bounds a huge body and a huge message", () => {
    const error = of({ status: 500, body: JSON.stringify({ error: { message: "x".repeat(100_000) } }) })
    expect(error.message.length).toBeLessThan(600)
    expect(String(error.context?.["body"]).length).toBeLessThanOrEqual(4096)
  })

  it.each(["message", "type", "code", "status"])(
    "keeps an error short whose %s is megabytes long",
    (name) => {
      const before = process.cpuUsage()
      const error = of({ body: JSON.stringify({ error: { [name]: "x".repeat(8 * 1024 * 1024) } }) })
      expect(JSON.stringify(Schema.encodeSync(AIProviderError)(error)).length).toBeLessThan(6000)
      // Every letter would be compared with the key: that takes seconds of the processor, where it needs a hundredth.
      expect(process.cpuUsage(before).user / 1e6).toBeLessThan(0.5)
    },
  )

  it("keeps a request id short", () => {
    const error = of({ body: JSON.stringify({ error: {}, request_id: "x".repeat(100_000) }) })
    expect(error.requestId?.length).toBeLessThanOrEqual(200)
  })

  it("hides the key in every field that comes from the provider", () => {
    const body = {
      error: { message: `bad ${key}`, type: `t-${key}`, code: `c-${key}` },
      request_id: `r-${key}`,
    }
    const error = of({
      status: 401,
      headers: { "x-request-id": `h-${key}`, location: `https://${key}@x.example` },
      body: JSON.stringify(body),
    })
    expect(error.message).toContain("bad [redacted]")
    expect(JSON.stringify(Schema.encodeSync(AIProviderError)(error))).not.toContain(key)
  })

  it("hides the key in a redirect's location", () => {
    const error = of({ status: 302, headers: { location: `https://x.example/?key=${key}` } })
    expect(error.message).not.toContain(key)
  })

  it("survives a wait too long for a number, and crosses the bridge with it", () => {
    const error = of({ status: 429, headers: { "retry-after": "9".repeat(400) } })
    const codec = Schema.fromJsonString(AIProviderError)
    const arrived = Schema.decodeUnknownSync(codec)(Schema.encodeSync(codec)(error))
    expect(arrived.reason).toBe("RateLimited")
  })

  const field = Schema.Union([Schema.String, Schema.Int, Schema.Boolean, Schema.Null])
  const anything = Schema.Union([
    field,
    Schema.Array(field),
    Schema.Struct({
      error: Schema.Union([
        field,
        Schema.Array(field),
        Schema.Struct({ message: field, type: field, code: field, status: field }),
      ]),
      message: field,
      detail: Schema.Union([field, Schema.Array(Schema.Struct({ msg: field }))]),
      request_id: field,
    }),
  ])

  it.prop(
    "never throws and never tells the key, whatever the body and the status",
    {
      body: anything,
      raw: Schema.String,
      isRaw: Schema.Boolean,
      isList: Schema.Boolean,
      status: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999 })),
      inStream: Schema.Boolean,
    },
    ({ body, raw, isRaw, isList, status, inStream }) => {
      const json = JSON.stringify(isList ? [body] : body)
      const text = isRaw ? `${raw}${key}${raw}` : json.replace(/:"/, `:"${key}`)
      const error = of({
        ...(inStream ? {} : { status }),
        body: text,
        headers: { "retry-after": raw, "x-request-id": `${raw}${key}` },
      })
      expect(error).toBeInstanceOf(AIProviderError)
      expect(JSON.stringify(Schema.encodeSync(AIProviderError)(error))).not.toContain(key)
    },
    { arbitrary: { seed: 4, runs: 500 } },
  )
})
