/** At the wire: consumers that go away, and what becomes of the provider's request. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { ChatOrchestratorService, type ChatRequest } from "@/services/ai/orchestration"
import type { FaultName } from "@/simulator/faults"
import { asking, askedOf, onWire, textDoors, within, type WireOptions } from "@/tests/support/wire"
import { until } from "@/tests/support/waiting"

const doors: ReadonlyArray<{
  readonly door: string
  readonly ask: (request: ChatRequest) => Effect.Effect<unknown, never, ChatOrchestratorService>
}> = [
  {
    door: "runPlan",
    ask: (request) =>
      Effect.flatMap(ChatOrchestratorService, ({ runPlan }) => Stream.runDrain(runPlan(request))),
  },
  ...Object.entries(textDoors).map(([door, ask]) => ({ door, ask })),
]

interface Leaving {
  readonly fault: FaultName
  /** When the consumer leaves: once the upstream has written so many tokens of the only request. */
  readonly tokens: number
  readonly transport: NonNullable<WireOptions["transport"]>
}

const moments: ReadonlyArray<Leaving> = [
  { fault: "never-answers", tokens: 0, transport: "undici" },
  { fault: "headers-then-silence", tokens: 0, transport: "undici" },
  { fault: "stall-after-20", tokens: 20, transport: "undici" },
  { fault: "pace-50ms", tokens: 5, transport: "undici" },
  { fault: "never-answers", tokens: 0, transport: "fetch" },
  { fault: "stall-after-20", tokens: 20, transport: "fetch" },
]

const leavings = doors.flatMap((door) => moments.map((moment) => ({ ...door, ...moment })))

describe("a consumer that leaves closes the provider's request within a second, and nobody else is asked", () => {
  it.live.each(leavings)("$door: $fault, over $transport", ({ ask, fault, tokens, transport }) =>
    onWire({ script: { openai: [fault] }, transport }, ({ upstream, provide }) =>
      Effect.gen(function* () {
        const run = yield* Effect.forkScoped(provide(ask(asking())))
        yield* until(() => upstream.requests("openai").some((request) => request.tokensWritten >= tokens))
        // The answer is on its way to whoever reads it.
        yield* Effect.sleep("20 millis")
        yield* Fiber.interrupt(run)
        yield* within("1 second", () => upstream.closedEarly() === 1)
        assert.strictEqual(upstream.closedEarly(), 1)
        yield* Effect.sleep("100 millis")
        assert.deepStrictEqual(askedOf(upstream), ["openai"])
      }),
    ),
  )

  it.live("one that takes the first words and has enough", () =>
    onWire({ script: { openai: ["stall-after-20"] } }, ({ upstream, provide }) =>
      Effect.gen(function* () {
        const { streamConversation } = yield* provide(ChatOrchestratorService)
        const words = yield* Stream.runCollect(Stream.take(streamConversation(asking()), 1))
        assert.lengthOf(words, 1)
        yield* within("1 second", () => upstream.closedEarly() === 1)
        assert.strictEqual(upstream.closedEarly(), 1)
        assert.deepStrictEqual(askedOf(upstream), ["openai"])
      }),
    ),
  )

  it.live("one that leaves while the run waits for the provider's Retry-After", () =>
    onWire({ script: { openai: ["rate-limited-300ms", "ok"] } }, ({ upstream, provide }) =>
      Effect.gen(function* () {
        const { runPlan } = yield* provide(ChatOrchestratorService)
        yield* Stream.runDrain(Stream.takeUntil(runPlan(asking()), ({ type }) => type === "retry-scheduled"))
        yield* Effect.sleep("500 millis")
        assert.deepStrictEqual(askedOf(upstream), ["openai"])
      }),
    ),
  )

  it.live("one that leaves while the answer is rescued", () =>
    onWire(
      { script: { openai: ["cut-after-40-fin"], anthropic: ["stall-after-10"] } },
      ({ upstream, provide }) =>
        Effect.gen(function* () {
          const { runPlan } = yield* provide(ChatOrchestratorService)
          yield* Stream.runDrain(Stream.takeUntil(runPlan(asking()), ({ type }) => type === "answer-resumed"))
          yield* within("1 second", () => upstream.closedEarly() === 1)
          assert.strictEqual(upstream.closedEarly(), 1)
          yield* Effect.sleep("100 millis")
          assert.deepStrictEqual(askedOf(upstream), ["openai", "anthropic"])
        }),
    ),
  )
})
