/** A run ends with exactly one terminal event, whatever its stream does. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { AIConfigurationError, AIProviderError, type AiError, type PlanEvent } from "@/services/ai"
import { endingWithTerminal } from "@/services/ai/orchestration/endingWithTerminal"
import { answerText } from "@/services/ai/orchestration/projections"
import { completed, eventsOf, openai, text, answerStarted } from "@/tests/support/planEvents"

const half = eventsOf([answerStarted(1, openai), text("half")])
const collected = (events: Stream.Stream<PlanEvent, AiError>) => Stream.runCollect(endingWithTerminal(events))

describe("endingWithTerminal", () => {
  it.effect("leaves a run that ends as it should as it is", () =>
    Effect.gen(function* () {
      const whole = eventsOf([answerStarted(1, openai), text("whole"), completed(openai)])
      assert.deepStrictEqual(yield* collected(Stream.fromIterable(whole)), whole)
    }),
  )

  it.effect.each([
    { fact: "just ends", then: Stream.empty },
    { fact: "fails", then: Stream.fail(new AIConfigurationError({ message: "no key" })) },
    { fact: "dies", then: Stream.die(new Error("boom")) },
  ])("a run that $fact after some text has failed, in part", ({ then }) =>
    Effect.gen(function* () {
      const run: Stream.Stream<PlanEvent, AiError> = Stream.concat(Stream.fromIterable(half), then)
      const last = (yield* collected(run)).at(-1)
      assert(last?.type === "plan-failed")
      assert.deepStrictEqual([last.sequence, last.partial], [half.length, true])
      const exit = yield* Effect.exit(answerText(endingWithTerminal(run)))
      assert.isTrue(Exit.isFailure(exit))
    }),
  )

  it.effect("tells the run's own error", () =>
    Effect.gen(function* () {
      const error = AIProviderError.of({ provider: "openai", message: "m", reason: "Overloaded" })
      const [event] = yield* collected(Stream.fail(error))
      assert(event?.type === "plan-failed")
      assert.strictEqual(event.error, error)
    }),
  )

  it.effect("ends with nothing when its consumer interrupts it", () =>
    Effect.gen(function* () {
      const seen: Array<PlanEvent> = []
      const fiber = yield* Stream.concat(Stream.fromIterable(half), Stream.never).pipe(
        endingWithTerminal,
        Stream.runForEach((event) => Effect.sync(() => void seen.push(event))),
        Effect.forkChild({ startImmediately: true }),
      )
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(seen, half)
    }),
  )
})
