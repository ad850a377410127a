import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { AIProviderError } from "@/services/ai/core"
import { doneMarker, eventStream } from "@/services/ai/wire/eventStream"
import { TransportError } from "@/services/ai/wire/HttpTransport"
import { bytesOf, piecesOf } from "../../../../support/bytes"
import { fakeTransport, type FakeAnswer } from "../../../../support/fakeTransport"
import { drain } from "../../../../support/parts"

const key = "q7Zt0Kx2Vb9Lm4Ns8Pw1"
const request = {
  method: "POST",
  url: "http://vendor.example/v1",
  headers: { authorization: key },
  body: "{}",
} as const

const exchange = (answer: FakeAnswer | TransportError) => {
  const fake = fakeTransport(answer)
  const events = eventStream(fake.transport, {
    target: { provider: "vendor", model: "m" },
    request,
    secrets: [Redacted.make(key)],
    keyName: "VENDOR_API_KEY",
  })
  return { ...fake, events }
}

const run = (answer: FakeAnswer | TransportError) => drain(exchange(answer).events)
const html = { "content-type": "text/html; charset=utf-8" }
const json = { "content-type": "application/json" }
const asText = (error: AIProviderError | undefined): string =>
  error === undefined ? "" : JSON.stringify(Schema.encodeSync(AIProviderError)(error))

describe("eventStream", () => {
  it.effect("asks once, with the request as it is, and lets go of the exchange at the end", () =>
    Effect.gen(function* () {
      const { events, requests, released } = exchange({ reads: ["data: {}\n\n"] })
      yield* drain(events)
      expect(requests).toEqual([request])
      expect(released()).toBe(1)
    }),
  )

  it.effect("gives the JSON events and the terminal marker in order", () =>
    Effect.gen(function* () {
      const { parts, error } = yield* run({
        reads: [': hello\n\ndata: {"a":1}\n\nevent: x\ndata: {"b":2}\n\n', "data: [DONE]\n\n"],
      })
      expect(parts).toEqual([{ a: 1 }, { b: 2 }, doneMarker])
      expect(error).toBeUndefined()
    }),
  )

  it.effect("gives the same events when every byte is a read of its own", () =>
    Effect.gen(function* () {
      const reads = piecesOf(bytesOf('data: {"a":"漢🙂"}\r\n\r\ndata: [DONE]\r\n\r\n'), 1)
      expect((yield* run({ reads })).parts).toEqual([{ a: "漢🙂" }, doneMarker])
    }),
  )

  it.effect("reads the last event when its blank line is missing", () =>
    Effect.gen(function* () {
      expect((yield* run({ reads: ['data: {"a":1}\n\ndata: {"b":2}'] })).parts).toEqual([{ a: 1 }, { b: 2 }])
    }),
  )

  it.effect("refuses a 200 that is a page", () =>
    Effect.gen(function* () {
      const { parts, error } = yield* run({ headers: html, reads: ["<html>Sign in to the Wi-Fi</html>"] })
      expect(parts).toEqual([])
      expect(error).toMatchObject({ reason: "MalformedResponse", isRetryable: true })
      expect(error?.context).toEqual({ sample: "<html>Sign in to the Wi-Fi</html>" })
    }),
  )

  it.effect("classifies the error inside a 200 that is JSON", () =>
    Effect.gen(function* () {
      const { error } = yield* run({
        headers: { ...json, "retry-after": "7" },
        reads: ['{"error":{"message":"slow', ' down","code":429}}'],
      })
      expect(error).toMatchObject({ reason: "RateLimited", status: 429 })
      expect(error?.message).toContain("slow down")
      expect(error?.retryAfter).toEqual(Duration.seconds(7))
    }),
  )

  it.effect.each(['{"choices":[]}', '{"error":null,"choices":[]}', "[1]", "nonsense", ""])(
    "refuses a 200 that is JSON without an error: %s",
    (body) =>
      Effect.gen(function* () {
        const { error } = yield* run({ headers: json, reads: [body] })
        expect(error).toMatchObject({ reason: "MalformedResponse" })
      }),
  )

  it.effect.each([[], [""], [": only a comment\n\n"], ["\n\n\n"], ["not a stream at all"]])(
    "refuses a 200 without any event: %j",
    (...reads) =>
      Effect.gen(function* () {
        const { parts, error } = yield* run({ reads: reads.filter((read) => typeof read === "string") })
        expect(parts).toEqual([])
        expect(error).toMatchObject({ reason: "MalformedResponse" })
        expect(error?.message).toContain("nothing")
      }),
  )

  it.effect("skips a malformed line and keeps its neighbours in the same read", () =>
    Effect.gen(function* () {
      const { parts, error } = yield* run({ reads: ['data: {"a":1}\n\ndata: {"b"\n\ndata: {"c":3}\n\n'] })
      expect(parts).toEqual([{ a: 1 }, { c: 3 }])
      expect(error).toBeUndefined()
    }),
  )

  it.effect("skips two malformed lines, JSON that is not an object among them", () =>
    Effect.gen(function* () {
      const { parts, error } = yield* run({ reads: ["data: 1\n\n", 'data: "x"\n\n', 'data: {"c":3}\n\n'] })
      expect(parts).toEqual([{ c: 3 }])
      expect(error).toBeUndefined()
    }),
  )

  it.effect(
    "counts the third malformed line as a broken stream, after it has handed on what came before",
    () =>
      Effect.gen(function* () {
        const { parts, error } = yield* run({
          reads: [
            'data: {"a":1}\n\ndata: x\n\n',
            'data: {"b":2}\n\ndata: y\n\ndata: {"c":3}\n\ndata: z\n\ndata: {"d":4}\n\n',
          ],
        })
        expect(parts).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }])
        expect(error).toMatchObject({ reason: "MalformedResponse", context: { sample: "z" } })
      }),
  )

  it.effect(
    "fails with the error object inside the stream, after the events before it in the same read",
    () =>
      Effect.gen(function* () {
        const { parts, error } = yield* run({
          reads: [
            'data: {"a":1}\n\nevent: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\ndata: {"b":2}\n\n',
          ],
        })
        expect(parts).toEqual([{ a: 1 }])
        expect(error).toMatchObject({ reason: "Overloaded", provider: "vendor", model: "m" })
        expect(error?.status).toBeUndefined()
      }),
  )

  it.effect("takes an error that is null for no error", () =>
    Effect.gen(function* () {
      expect(yield* run({ reads: ['data: {"error":null,"a":1}\n\n'] })).toEqual({
        parts: [{ error: null, a: 1 }],
        error: undefined,
      })
    }),
  )

  it.effect("classifies a status with its headers and body", () =>
    Effect.gen(function* () {
      const { error } = yield* run({
        status: 429,
        headers: { ...json, "retry-after": "2", "x-request-id": "req_1" },
        reads: ['{"error":{"message":"slow down"}}'],
      })
      expect(error).toMatchObject({ reason: "RateLimited", status: 429, requestId: "req_1" })
      expect(error?.retryAfter).toEqual(Duration.seconds(2))
    }),
  )

  it.effect("names the configuration key when the provider refuses the key", () =>
    Effect.gen(function* () {
      expect((yield* run({ status: 401 })).error?.context).toMatchObject({ keyName: "VENDOR_API_KEY" })
    }),
  )

  it.effect("does not follow a redirect, and names where it points", () =>
    Effect.gen(function* () {
      const { events, requests } = exchange({
        status: 302,
        headers: { location: "https://other.example/v1" },
      })
      const { error } = yield* drain(events)
      expect(requests).toHaveLength(1)
      expect(error).toMatchObject({ reason: "TargetUnsupported", status: 302 })
      expect(error?.message).toContain("https://other.example/v1")
    }),
  )

  it.effect("reads only the first 64 kB of an error's body", () =>
    Effect.gen(function* () {
      const { events, reads, released } = exchange({
        status: 500,
        reads: Array.from({ length: 1000 }, () => "x".repeat(16 * 1024)),
      })
      const { error } = yield* drain(events)
      expect(reads()).toBeLessThanOrEqual(5)
      expect(asText(error).length).toBeLessThan(6000)
      expect(released()).toBe(1)
    }),
  )

  it.effect("does not wait longer than two seconds for an error's body, and uses what came", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(
        run({ status: 503, reads: ['{"error":{"message":"busy"}}'], then: Stream.never }),
      )
      yield* TestClock.adjust("2 seconds")
      expect((yield* Fiber.join(fiber)).error).toMatchObject({
        reason: "Overloaded",
        message: "vendor answered 503: busy",
      })
    }),
  )

  it.effect("tells the status of an error whose body breaks off", () =>
    Effect.gen(function* () {
      const broken = Stream.fail(new TransportError({ phase: "body", message: "reset", cause: undefined }))
      expect((yield* run({ status: 500, reads: ["half of"], then: broken })).error).toMatchObject({
        reason: "ServerError",
        status: 500,
        message: "vendor answered 500: half of",
      })
    }),
  )

  it.effect("says that the provider could not be reached when there was no head", () =>
    Effect.gen(function* () {
      const { error } = yield* run(
        new TransportError({ phase: "head", message: "connect ECONNREFUSED", cause: undefined }),
      )
      expect(error).toMatchObject({ reason: "ConnectionFailed", isRetryable: true })
      expect(error?.message).toContain("connect ECONNREFUSED")
    }),
  )

  it.effect("calls a connection that breaks inside the body a cut, after the events that came", () =>
    Effect.gen(function* () {
      const broken = Stream.fail(
        new TransportError({ phase: "body", message: "ECONNRESET", cause: undefined }),
      )
      const { parts, error } = yield* run({ reads: ['data: {"a":1}\n\n'], then: broken })
      expect(parts).toEqual([{ a: 1 }])
      expect(error).toMatchObject({ reason: "Cut" })
    }),
  )

  it.effect("refuses an event larger than 10 MB, after the events before it", () =>
    Effect.gen(function* () {
      const megabyte = "x".repeat(1024 * 1024)
      const { parts, error } = yield* run({
        reads: ['data: {"a":1}\n\ndata: ', ...Array.from({ length: 11 }, () => megabyte)],
      })
      expect(parts).toEqual([{ a: 1 }])
      expect(error).toMatchObject({ reason: "MalformedResponse" })
      expect(error?.message).toContain("10 MB")
    }),
  )

  const echoes: ReadonlyArray<readonly [string, FakeAnswer | TransportError]> = [
    [
      "a refusal",
      { status: 401, headers: json, reads: [`{"error":{"message":"bad key ${key}","code":"${key}"}}`] },
    ],
    ["half a key in a refusal", { status: 401, reads: [`bad key ${key.slice(0, 12)}`] }],
    ["a request id", { status: 500, headers: { "x-request-id": key } }],
    ["a redirect", { status: 302, headers: { location: `https://x.example/?k=${key}` } }],
    ["a page", { headers: html, reads: [`<p>${key}</p>`] }],
    ["an error inside the stream", { reads: [`data: {"error":{"message":"bad ${key}"}}\n\n`] }],
    ["malformed lines", { reads: [`data: ${key}\n\ndata: ${key}\n\ndata: ${key}\n\n`] }],
    [
      "the system's words at the head",
      new TransportError({ phase: "head", message: `bad header ${key}`, cause: key }),
    ],
    [
      "the system's words in the body",
      { then: Stream.fail(new TransportError({ phase: "body", message: `lost ${key}`, cause: key })) },
    ],
  ]

  it.effect.each(echoes)("hides the key that comes back in %s", ([, answer]) =>
    Effect.gen(function* () {
      const { error } = yield* run(answer)
      expect(error).toBeInstanceOf(AIProviderError)
      for (const text of [asText(error), String(error?.stack), String(error)]) {
        expect(text).not.toContain(key.slice(0, 12))
      }
    }),
  )

  it.effect("lets go of the exchange when its consumer goes away", () =>
    Effect.gen(function* () {
      const { events, released } = exchange({ reads: ['data: {"a":1}\n\n'], then: Stream.never })
      expect(yield* Stream.runCollect(Stream.take(events, 1))).toEqual([{ a: 1 }])
      expect(released()).toBe(1)
    }),
  )
})
