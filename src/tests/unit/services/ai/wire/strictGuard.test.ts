import { describe, expect, it } from "@effect/vitest"
import type * as Response from "effect/ai/Response"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { AIProviderError } from "@/services/ai/core"
import { strictGuard } from "@/services/ai/wire/strictGuard"
import { drain, finishPart, textPart } from "../../../../support/parts"

type Part = Response.StreamPartEncoded

const guard = strictGuard({ provider: "vendor", model: "m" })
const run = (parts: Stream.Stream<Part, AIProviderError>) => drain(guard(parts))
const oneRead = (...parts: ReadonlyArray<Part>) => Stream.fromIterable(parts)

describe("the strict guard", () => {
  it.effect("passes an answer that ends with a finish", () =>
    Effect.gen(function* () {
      const parts = [textPart("a"), textPart("b"), finishPart("stop")]
      expect(yield* run(oneRead(...parts))).toEqual({ parts, error: undefined })
    }),
  )

  it.effect("fails as a cut when there is no finish, after it has handed on what came", () =>
    Effect.gen(function* () {
      const { parts, error } = yield* run(oneRead(textPart("a")))
      expect(parts).toEqual([textPart("a")])
      expect(error).toMatchObject({ reason: "Cut", provider: "vendor", model: "m", isRetryable: true })
    }),
  )

  it.effect("fails as a cut when there is nothing at all", () =>
    Effect.gen(function* () {
      expect((yield* run(Stream.empty)).error).toMatchObject({ reason: "Cut" })
    }),
  )

  it.effect.each<Response.FinishReason>(["error", "unknown", "other", "pause"])(
    "takes the finish reason %s for a cut, and does not hand it on",
    (reason) =>
      Effect.gen(function* () {
        const { parts, error } = yield* run(oneRead(textPart("a"), finishPart(reason)))
        expect(parts).toEqual([textPart("a")])
        expect(error).toMatchObject({ reason: "Cut" })
      }),
  )

  it.effect.each<Response.FinishReason>(["stop", "length", "content-filter", "tool-calls"])(
    "takes the finish reason %s for an end",
    (reason) =>
      Effect.gen(function* () {
        const { parts, error } = yield* run(oneRead(finishPart(reason)))
        expect(parts).toEqual([finishPart(reason)])
        expect(error).toBeUndefined()
      }),
  )

  it.effect("fails on an error part, and keeps the parts before it in the same read", () =>
    Effect.gen(function* () {
      const error: Part = { type: "error", error: "boom" }
      const result = yield* run(oneRead(textPart("a"), error, textPart("b"), finishPart("stop")))
      expect(result.parts).toEqual([textPart("a")])
      expect(result.error).toMatchObject({ reason: "MalformedResponse", message: "vendor: boom" })
    }),
  )

  it.effect("fails with the typed error that an error part holds", () =>
    Effect.gen(function* () {
      const inner = AIProviderError.of({ provider: "vendor", reason: "Overloaded", message: "busy" })
      expect((yield* run(oneRead({ type: "error", error: inner }))).error).toBe(inner)
    }),
  )

  it.effect("fails on an error part that holds anything else", () =>
    Effect.gen(function* () {
      expect((yield* run(oneRead({ type: "error", error: { odd: 1 } }))).error).toMatchObject({
        reason: "MalformedResponse",
      })
    }),
  )

  it.effect("ignores what follows a finish: parts, a second finish, an error, a failure", () =>
    Effect.gen(function* () {
      const late = Stream.concat(
        oneRead(textPart("a"), finishPart("stop"), textPart("late"), { type: "error", error: "late" }),
        Stream.fail(AIProviderError.of({ provider: "vendor", reason: "Cut", message: "late" })),
      )
      const result = yield* run(late)
      expect(result).toEqual({ parts: [textPart("a"), finishPart("stop")], error: undefined })
    }),
  )

  it.effect("does not ask the provider again after a finish", () =>
    Effect.gen(function* () {
      let asked = 0
      const parts = Stream.fromIterable([textPart("a"), finishPart("stop"), textPart("late")]).pipe(
        Stream.rechunk(1),
        Stream.tap(() => Effect.sync(() => (asked += 1))),
      )
      yield* run(parts)
      expect(asked).toBe(2)
    }),
  )

  it.effect("passes a failure on as it is, after the parts before it", () =>
    Effect.gen(function* () {
      const failure = AIProviderError.of({ provider: "vendor", reason: "Cut", message: "reset" })
      const result = yield* run(Stream.concat(oneRead(textPart("a")), Stream.fail(failure)))
      expect(result.parts).toEqual([textPart("a")])
      expect(result.error).toBe(failure)
    }),
  )
})
