import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { AIProviderError } from "@/services/ai/core"
import { decodeParts, type PartDecoder } from "@/services/ai/wire/decodeParts"
import type { WireEvent } from "@/services/ai/wire/eventStream"
import { drain, finishIn, noUsage, textIn, textPart } from "../../../../support/parts"

/** A dialect of four events: `{text}`, `{finish}`, `{usage}`, `{end}`, and `{broken}` for an error part. */
const makeDecoder = (): PartDecoder => {
  let finished = false
  let ended = false
  let tokens: number | undefined
  return {
    push: (event) => {
      if (typeof event === "string") return []
      if (event["finish"] === true) finished = true
      if (event["end"] === true) ended = true
      if (typeof event["usage"] === "number") tokens = event["usage"]
      if (event["broken"] === true) return [{ type: "error", error: "broken" }]
      return typeof event["text"] === "string" ? [textPart(event["text"])] : []
    },
    state: () => (ended ? "Finished" : finished ? "Finishing" : "Open"),
    close: () => [
      {
        type: "finish",
        reason: "stop",
        usage: { ...noUsage, outputTokens: { ...noUsage.outputTokens, total: tokens } },
        response: undefined,
      },
    ],
  }
}

const decode = decodeParts({ provider: "vendor", model: "m" }, makeDecoder)
const run = (events: Stream.Stream<WireEvent, AIProviderError>) => drain(decode(events))
const apart = (...events: ReadonlyArray<WireEvent>) => Stream.rechunk(Stream.fromIterable(events), 1)
const together = (...events: ReadonlyArray<WireEvent>) => Stream.fromIterable(events)
const reset = AIProviderError.of({ provider: "vendor", reason: "Cut", message: "reset" })

describe("decodeParts", () => {
  it.effect("waits after the finish for the usage that comes later", () =>
    Effect.gen(function* () {
      const { parts, error } = yield* run(apart({ text: "a" }, { finish: true }, { usage: 7 }, { end: true }))
      expect(error).toBeUndefined()
      expect(textIn(parts)).toBe("a")
      expect(finishIn(parts)?.usage.outputTokens.total).toBe(7)
    }),
  )

  it.effect("completes at the end of the body after a finish, with what there is", () =>
    Effect.gen(function* () {
      const { parts, error } = yield* run(apart({ text: "a" }, { finish: true }))
      expect(error).toBeUndefined()
      expect(finishIn(parts)?.usage.outputTokens.total).toBeUndefined()
    }),
  )

  it.effect("reads the usage that stands in the same read as the finish", () =>
    Effect.gen(function* () {
      const { parts } = yield* run(together({ text: "a" }, { finish: true }, { usage: 7 }))
      expect(finishIn(parts)?.usage.outputTokens.total).toBe(7)
    }),
  )

  it.effect("completes two seconds after the finish when neither usage nor end comes", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(
        run(Stream.concat(apart({ text: "a" }, { finish: true }), Stream.never)),
      )
      yield* TestClock.adjust(1999)
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust(1)
      const { parts, error } = yield* Fiber.join(fiber)
      expect(error).toBeUndefined()
      expect(finishIn(parts)?.reason).toBe("stop")
    }),
  )

  it.effect("gives the two seconds once, not anew with every event", () =>
    Effect.gen(function* () {
      const pings = Stream.fromEffect(Effect.as(Effect.sleep(900), { ping: true })).pipe(Stream.forever)
      const fiber = yield* Effect.forkChild(run(Stream.concat(apart({ text: "a" }, { finish: true }), pings)))
      yield* TestClock.adjust(2000)
      expect(finishIn((yield* Fiber.join(fiber)).parts)?.reason).toBe("stop")
    }),
  )

  it.effect("keeps the usage that came within the two seconds", () =>
    Effect.gen(function* () {
      const late = Stream.fromEffect(Effect.as(Effect.sleep(1500), { usage: 7 }))
      const events = apart({ finish: true }).pipe(Stream.concat(late), Stream.concat(Stream.never))
      const fiber = yield* Effect.forkChild(run(events))
      yield* TestClock.adjust(2000)
      expect(finishIn((yield* Fiber.join(fiber)).parts)?.usage.outputTokens.total).toBe(7)
    }),
  )

  it.effect("has no time limit before the finish", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(run(Stream.concat(apart({ text: "a" }), Stream.never)))
      yield* TestClock.adjust("1 hour")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* Fiber.interrupt(fiber)
    }),
  )

  it.effect("ignores a failure after the finish", () =>
    Effect.gen(function* () {
      const { parts, error } = yield* run(
        Stream.concat(apart({ text: "a" }, { finish: true }), Stream.fail(reset)),
      )
      expect(error).toBeUndefined()
      expect(finishIn(parts)?.reason).toBe("stop")
    }),
  )

  it.effect("passes on a failure before the finish, after the parts that came", () =>
    Effect.gen(function* () {
      const { parts, error } = yield* run(Stream.concat(apart({ text: "a" }), Stream.fail(reset)))
      expect(textIn(parts)).toBe("a")
      expect(error).toBe(reset)
    }),
  )

  it.effect("fails as a cut when the body ends without a finish, after the parts that came", () =>
    Effect.gen(function* () {
      const { parts, error } = yield* run(apart({ text: "a" }, { text: "b" }))
      expect(textIn(parts)).toBe("ab")
      expect(error).toMatchObject({ reason: "Cut" })
    }),
  )

  it.effect("fails at an error part, and keeps the parts before it in the same read", () =>
    Effect.gen(function* () {
      const { parts, error } = yield* run(
        together({ text: "a" }, { broken: true }, { text: "b" }, { finish: true }),
      )
      expect(textIn(parts)).toBe("a")
      expect(error).toMatchObject({ reason: "MalformedResponse", message: "vendor: broken" })
    }),
  )

  it.effect("does not wait for the end of the body after the terminal event", () =>
    Effect.gen(function* () {
      const { parts, error } = yield* run(Stream.concat(apart({ finish: true }, { end: true }), Stream.never))
      expect(error).toBeUndefined()
      expect(finishIn(parts)?.reason).toBe("stop")
    }),
  )

  it.effect("starts with a fresh memory each time the stream is run", () =>
    Effect.gen(function* () {
      const stream = decode(apart({ text: "a" }, { finish: true }))
      const first = yield* drain(stream)
      expect(yield* drain(stream)).toEqual(first)
    }),
  )

  it.effect("ends when it is interrupted during the wait for the usage", () =>
    Effect.gen(function* () {
      let released = false
      const events = Stream.concat(apart({ finish: true }), Stream.never).pipe(
        Stream.ensuring(Effect.sync(() => (released = true))),
      )
      const fiber = yield* Effect.forkChild(run(events))
      yield* TestClock.adjust(500)
      yield* Fiber.interrupt(fiber)
      expect(released).toBe(true)
      expect(fiber.pollUnsafe()).toMatchObject({ _tag: "Failure" })
    }),
  )
})
