import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { AgentLanguageModel } from "@/services/ai/core"
import { continued } from "@/services/ai/orchestration/continuation"
import { SimulatorAgentLanguageModelLive } from "@/services/ai/providers"
import { modelNames, scriptOf } from "@/services/ai/providers/simulator/script"
import { simulator } from "@/services/ai/providers/simulator/SimulatorAgentLanguageModelLive"
import { promptOf } from "../../../../../support/conversations"
import { drain, finishIn, textIn } from "../../../../../support/parts"

const ask = (model: string, question = "How are you?") =>
  simulator.streamText({ model, prompt: promptOf({ role: "user", content: question }) })

/** Runs to the end, or for an hour of the test's clock. */
const play = (model: string, question?: string) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(drain(ask(model, question)))
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

const refusing = modelNames.filter((name) => scriptOf(name)?.refusal !== undefined)

describe("the simulator", () => {
  it.effect("says that it is a simulator, and quotes the question", () =>
    Effect.gen(function* () {
      const { parts, error } = yield* play("steady")
      expect(error).toBeUndefined()
      expect(textIn(parts)).toContain("simulator")
      expect(textIn(parts)).toContain("> How are you?")
    }),
  )

  it.effect("gives the same parts for the same question", () =>
    Effect.gen(function* () {
      const first = yield* play("long")
      expect(yield* play("long")).toEqual(first)
    }),
  )

  it.effect.each(["instant", "cuts-after-20"])(
    "gives the same parts when one stream of %s is run twice",
    (model) =>
      Effect.gen(function* () {
        const stream = ask(`instant+${model}`)
        const first = yield* drain(stream)
        const second = yield* drain(stream)
        expect(textIn(second.parts)).toBe(textIn(first.parts))
        expect(second.parts.map(({ type }) => type)).toEqual(first.parts.map(({ type }) => type))
        expect(second).toEqual(first)
      }),
  )

  it.effect("writes token by token, and counts them", () =>
    Effect.gen(function* () {
      const { parts } = yield* play("steady")
      const deltas = parts.filter((part) => part.type === "text-delta")
      expect(deltas.length).toBeGreaterThan(20)
      expect(finishIn(parts)).toMatchObject({ reason: "stop" })
      expect(finishIn(parts)?.usage.outputTokens.total).toBe(deltas.length)
      expect(finishIn(parts)?.usage.inputTokens.total).toBe(3)
    }),
  )

  it.effect("opens and closes its text block", () =>
    Effect.gen(function* () {
      const { parts } = yield* play("steady")
      expect(parts[0]?.type).toBe("text-start")
      expect(parts.slice(-2).map((part) => part.type)).toEqual(["text-end", "finish"])
    }),
  )

  it.effect("keeps its pace: the first token after 20 ms, the others 15 ms apart", () =>
    Effect.gen(function* () {
      let seen = 0
      const fiber = yield* Effect.forkChild(
        Stream.runForEach(ask("steady"), (part) =>
          Effect.sync(() => {
            if (part.type === "text-delta") seen += 1
          }),
        ),
      )
      yield* TestClock.adjust(19)
      expect(seen).toBe(0)
      yield* TestClock.adjust(1)
      expect(seen).toBe(1)
      yield* TestClock.adjust(14)
      expect(seen).toBe(1)
      yield* TestClock.adjust(1)
      expect(seen).toBe(2)
      yield* Fiber.interrupt(fiber)
    }),
  )

  it.effect("starts slowly when its name says so", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Stream.runHead(ask("slow-start-2s")))
      yield* TestClock.adjust(1999)
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust(1)
      expect(Option.isSome(yield* Fiber.join(fiber))).toBe(true)
    }),
  )

  it.effect.each(refusing)("%s fails before anything is written, as its row says", (model) =>
    Effect.gen(function* () {
      const refusal = scriptOf(model)?.refusal
      const { parts, error } = yield* play(model)
      expect(parts).toEqual([])
      expect(error).toMatchObject({
        _tag: "AIProviderError",
        provider: "simulator",
        model,
        reason: refusal?.reason,
      })
      expect(error).toMatchObject(refusal?.status === undefined ? {} : { status: refusal.status })
      expect(error?.message).toContain(model)
    }),
  )

  it.effect("says how long to wait when its name says so", () =>
    Effect.gen(function* () {
      expect((yield* play("rate-limited-7s")).error).toMatchObject({ retryAfter: Duration.seconds(7) })
    }),
  )

  it.effect.each([0, 1, 20])("cuts-after-%s fails as a cut after so many tokens", (count) =>
    Effect.gen(function* () {
      const whole = textIn((yield* play("steady")).parts)
      const { parts, error } = yield* play(`cuts-after-${count}`)
      expect(parts.filter((part) => part.type === "text-delta")).toHaveLength(count)
      expect(whole.startsWith(textIn(parts))).toBe(true)
      expect(finishIn(parts)).toBeUndefined()
      expect(error).toMatchObject({ reason: "Cut" })
    }),
  )

  it.effect("stalls after so many tokens and stays silent until it is interrupted", () =>
    Effect.gen(function* () {
      let seen = 0
      const fiber = yield* Effect.forkChild(
        Stream.runForEach(ask("stalls-after-5"), (part) =>
          Effect.sync(() => {
            if (part.type === "text-delta") seen += 1
          }),
        ),
      )
      yield* TestClock.adjust("1 hour")
      expect(seen).toBe(5)
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* Fiber.interrupt(fiber)
      expect(fiber.pollUnsafe()).toMatchObject({ _tag: "Failure" })
    }),
  )

  it.effect("finishes an empty answer without any text", () =>
    Effect.gen(function* () {
      const { parts, error } = yield* play("empty")
      expect(error).toBeUndefined()
      expect(parts.map((part) => part.type)).toEqual(["finish"])
    }),
  )

  it.effect("does not know other names, and says which it knows", () =>
    Effect.gen(function* () {
      const { error } = yield* play("gpt-4")
      expect(error).toMatchObject({ reason: "TargetUnsupported", status: 404 })
      for (const name of modelNames) expect(error?.message).toContain(name)
    }),
  )

  it.effect("answers the last question of a conversation, or none", () =>
    Effect.gen(function* () {
      const several = simulator.streamText({
        model: "instant",
        prompt: promptOf(
          { role: "user", content: "One?" },
          { role: "assistant", content: "1" },
          { role: "user", content: "Two?" },
        ),
      })
      const text = textIn((yield* drain(several)).parts)
      expect(text).toContain("> Two?")
      expect(text).not.toContain("One?")
      expect(
        (yield* drain(simulator.streamText({ model: "instant", prompt: promptOf() }))).error,
      ).toBeUndefined()
    }),
  )

  it.effect.each(["prefill", "instruction"] as const)(
    "goes on with an answer that was cut, as it would have written it, when asked with a %s",
    (mode) =>
      Effect.gen(function* () {
        const whole = textIn((yield* play("instant")).parts)
        const prompt = promptOf({ role: "user", content: "How are you?" })
        for (const count of [1, 7, 20]) {
          const begun = textIn((yield* play(`instant+cuts-after-${count}`)).parts)
          const rest = simulator.streamText({
            model: "instant",
            prompt: continued(prompt, { mode, text: begun }),
          })
          const { parts, error } = yield* drain(rest)
          expect(error).toBeUndefined()
          expect(begun.trimEnd() + textIn(parts)).toBe(whole)
          expect(finishIn(parts)?.usage.outputTokens.total).toBe(
            parts.filter(({ type }) => type === "text-delta").length,
          )
        }
      }),
  )

  it.effect("quotes a long question on one line, and never half a character", () =>
    Effect.gen(function* () {
      const text = textIn((yield* play("instant", `${"a".repeat(118)}🙂🙂🙂\nb`)).parts)
      expect(text).toContain(`> ${"a".repeat(118)}`)
      expect(text.isWellFormed()).toBe(true)
    }),
  )

  it.effect("gives the whole text at once, the same as the joined stream", () =>
    Effect.gen(function* () {
      const model = yield* AgentLanguageModel
      const options = { model: "instant", prompt: promptOf({ role: "user", content: "Hi" }) }
      const { parts } = yield* drain(model.streamText(options))
      expect(yield* model.generateText(options)).toMatchObject({ text: textIn(parts), finishReason: "stop" })
      expect(
        yield* Effect.flip(model.generateText({ ...options, model: "instant+cuts-after-3" })),
      ).toMatchObject({
        reason: "Cut",
      })
    }).pipe(Effect.provide(SimulatorAgentLanguageModelLive)),
  )
})
