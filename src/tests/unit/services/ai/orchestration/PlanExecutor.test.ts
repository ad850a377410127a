/** A run's events, waits and limits, under a virtual clock with seeded dice. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { AiPlan, AiPlanStep, ChatOrchestratorService } from "@/services/ai"
import { errorBody } from "@/tests/support/dialects"
import {
  delaysOf,
  ending,
  only,
  onlyOpenAI,
  pausesOf,
  rateLimited,
  request,
  runIn,
  textOf,
  typesOf,
} from "@/tests/support/runs"
import {
  allConfigured,
  answers,
  makeWorld,
  refuses,
  silence,
  stallsAfter,
  unreachable,
} from "@/tests/support/world"

describe("the events of a run", () => {
  it.effect("are numbered from 0 without gaps and rebuild the text", () =>
    Effect.gen(function* () {
      const events = yield* runIn(
        makeWorld({ openai: [refuses(500), answers("Because of Rayleigh scattering.")] }),
      )
      assert.deepStrictEqual(
        events.map(({ sequence }) => sequence),
        events.map((_, index) => index),
      )
      assert.strictEqual(textOf(events), "Because of Rayleigh scattering.")
      assert.deepStrictEqual(
        typesOf(events).filter((type) => type !== "text-delta"),
        [
          "plan-started",
          "attempt-started",
          "attempt-failed",
          "retry-scheduled",
          "attempt-started",
          "answer-started",
          "plan-completed",
        ],
      )
    }),
  )

  it.effect("tell of a fallback: skipped, failed, switched, answered", () =>
    Effect.gen(function* () {
      const world = makeWorld(
        { openai: [refuses(404)], ollama: [answers("Air.")] },
        { ...allConfigured, ANTHROPIC_API_KEY: undefined },
      )
      const events = yield* runIn(world)
      assert.deepStrictEqual(
        typesOf(events).filter((type) => type !== "text-delta"),
        [
          "plan-started",
          "attempt-started",
          "attempt-failed",
          "step-skipped",
          "target-switched",
          "attempt-started",
          "answer-started",
          "plan-completed",
        ],
      )
      const [skipped] = only(events, "step-skipped")
      assert.strictEqual(skipped?.reason.keyName, "ANTHROPIC_API_KEY")
      const [switched] = only(events, "target-switched")
      assert.deepStrictEqual([switched?.from.provider, switched?.to.provider], ["openai", "ollama"])
    }),
  )

  it.effect("end with a record of every attempt", () =>
    Effect.gen(function* () {
      const events = yield* runIn(makeWorld({ openai: [refuses(500), rateLimited(), answers("Air.")] }))
      const last = ending(events)
      assert.deepStrictEqual(
        last.attempts.map(({ attempt, target, error }) => [
          attempt,
          target.provider,
          error?._tag === "AIProviderError" ? [error.reason, error.status] : undefined,
        ]),
        [
          [1, "openai", ["ServerError", 500]],
          [2, "openai", ["RateLimited", 429]],
          [3, "openai", undefined],
        ],
      )
      assert.deepStrictEqual(last.attempts[2]?.usage, { source: "reported", inputTokens: 3, outputTokens: 5 })
    }),
  )

  it.effect("end with one failure when the plan cannot be built", () =>
    Effect.gen(function* () {
      const events = yield* runIn(makeWorld({}), { preferredProvider: { key: "nobody" } })
      assert.deepStrictEqual(typesOf(events), ["plan-failed"])
    }),
  )
})

describe("retrying", () => {
  it.effect("asks the same target again after the backoff, as the clock sees it", () =>
    Effect.gen(function* () {
      const events = yield* runIn(makeWorld({ openai: [refuses(500)] }, onlyOpenAI))
      const delays = delaysOf(events)
      assert.strictEqual(delays.length, 2)
      assert.isTrue(delays[0] !== undefined && delays[0] >= 80 && delays[0] <= 120)
      assert.isTrue(delays[1] !== undefined && delays[1] >= 160 && delays[1] <= 240)
      assert.deepStrictEqual(pausesOf(events), delays)
    }),
  )

  it.effect("waits a short Retry-After out, never less and at most 10 % more", () =>
    Effect.gen(function* () {
      const events = yield* runIn(makeWorld({ openai: [rateLimited(2), answers("Air.")] }))
      const [retry] = only(events, "retry-scheduled")
      assert.isTrue(retry?.askedByProvider)
      assert.deepStrictEqual(pausesOf(events), delaysOf(events))
      assert.isTrue(delaysOf(events).every((delay) => delay >= 2000 && delay <= 2200))
      assert.strictEqual(ending(events).type, "plan-completed")
    }),
  )

  it.effect("switches at once when the provider asks for a longer wait and another can be asked", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [rateLimited(30)], anthropic: [answers("Air.")] })
      const events = yield* runIn(world)
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic"])
      assert.deepStrictEqual(pausesOf(events), [0])
    }),
  )

  it.effect("waits a long Retry-After out once when no other target is left and the deadline allows", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [rateLimited(30), answers("Air.")] }, onlyOpenAI)
      const events = yield* runIn(world)
      assert.strictEqual(textOf(events), "Air.")
      assert.isTrue(delaysOf(events).every((delay) => delay >= 30_000 && delay <= 33_000))
    }),
  )

  it.effect("does not wait at all for a Retry-After beyond the deadline, and tells when to come back", () =>
    Effect.gen(function* () {
      const events = yield* runIn(makeWorld({ openai: [rateLimited(600)] }, onlyOpenAI))
      const last = ending(events)
      assert(last.type === "plan-failed" && last.error._tag === "AIProviderError")
      assert.strictEqual(last.error.reason, "RateLimited")
      assert.deepStrictEqual(last.retryAfter, Duration.seconds(600))
      assert.deepStrictEqual(delaysOf(events), [])
    }),
  )

  it.effect("asks the target that reopens first once more when all steps are used up", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [rateLimited(40), answers("Late, but here.")],
        anthropic: [refuses(404)],
        ollama: [refuses(404)],
      })
      const events = yield* runIn(world)
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "ollama", "openai"])
      assert.strictEqual(textOf(events), "Late, but here.")
      const [first, again] = only(events, "attempt-started").filter(
        ({ target }) => target.provider === "openai",
      )
      assert.isTrue(first !== undefined && again !== undefined && again.at - first.at >= 40_000)
    }),
  )

  it.effect("makes at most six requests, whatever the steps allow", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [refuses(500)], anthropic: [refuses(500)], ollama: [refuses(500)] })
      const plan = AiPlan.make({
        name: "greedy",
        steps: [
          AiPlanStep.make({ provider: "openai", attempts: 5 }),
          AiPlanStep.make({ provider: "anthropic", attempts: 5 }),
        ],
      })
      const events = yield* runIn(world, { plan })
      assert.strictEqual(world.calls.length, 6)
      assert.strictEqual(ending(events).type, "plan-failed")
    }),
  )

  it.effect("asks once more after an empty answer, then the next", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [answers("")], anthropic: [answers("Air.")] })
      const events = yield* runIn(world)
      assert.deepStrictEqual(world.asked(), ["openai", "openai", "anthropic"])
      assert.strictEqual(textOf(events), "Air.")
    }),
  )

  it.effect("returns an empty answer as it is when every target gives one", () =>
    Effect.gen(function* () {
      const events = yield* runIn(
        makeWorld({ openai: [answers("")], anthropic: [answers("")], ollama: [answers("")] }),
      )
      assert.strictEqual(ending(events).type, "plan-completed")
      assert.strictEqual(textOf(events), "")
    }),
  )
})

describe("a run that may make no further request", () => {
  it.effect("ends at once: it neither waits nor switches for nothing", () =>
    Effect.gen(function* () {
      const steps = [
        AiPlanStep.make({ provider: "openai", attempts: 9 }),
        AiPlanStep.make({ provider: "anthropic" }),
      ] as const
      const one = AiPlan.make({ name: "one", steps, maxAttempts: 1 })
      const events = yield* runIn(makeWorld({ openai: [rateLimited(60)] }), { plan: one })
      assert.deepStrictEqual(typesOf(events), [
        "plan-started",
        "attempt-started",
        "attempt-failed",
        "plan-failed",
      ])

      const six = AiPlan.make({
        name: "six",
        steps: [
          AiPlanStep.make({ provider: "openai", attempts: 3 }),
          AiPlanStep.make({ provider: "anthropic", attempts: 9 }),
        ],
      })
      const world = makeWorld({ openai: [refuses(500)], anthropic: [refuses(500)] })
      const retries = delaysOf(yield* runIn(world, { plan: six }))
      assert.strictEqual(world.calls.length, 6)
      assert.strictEqual(retries.length, 4)
    }),
  )
})

describe("what a provider asks for", () => {
  it.effect("is a floor under the backoff of every error, and never less than the backoff", () =>
    Effect.gen(function* () {
      const patient = refuses(503, errorBody("chat-completions", "server_error", "later"), {
        "retry-after": "2",
      })
      const events = yield* runIn(makeWorld({ openai: [patient, answers("Air.")] }, onlyOpenAI))
      assert.isTrue(delaysOf(events).every((delay) => delay >= 2000 && delay <= 2200))

      const hasty = yield* runIn(makeWorld({ openai: [rateLimited(0)] }, onlyOpenAI))
      assert.isTrue(
        delaysOf(hasty)
          .slice(0, 2)
          .every((delay) => delay >= 80),
      )
    }),
  )

  it.effect("of exactly three seconds is waited out, whatever the dice add to it", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [rateLimited(3), answers("Air.")],
        anthropic: [answers("never asked")],
      })
      yield* runIn(world)
      assert.deepStrictEqual(world.asked(), ["openai", "openai"])
    }),
  )

  it.effect("is waited out once at the end of a run, and that request does not count as the step's", () =>
    Effect.gen(function* () {
      const step = AiPlanStep.make({ provider: "openai", attempts: 2 })
      const plan = AiPlan.make({ name: "last", steps: [step] })
      const rescued = makeWorld({ openai: [rateLimited(5), refuses(500), answers("Air.")] })
      assert.strictEqual(textOf(yield* runIn(rescued, { plan })), "Air.")

      const hopeless = makeWorld({ openai: [rateLimited(5)] })
      const events = yield* runIn(hopeless, { plan })
      assert.strictEqual(only(events, "retry-scheduled").length, 1)
      assert.strictEqual(hopeless.calls.length, 2)
    }),
  )
})

describe("an answer without text", () => {
  it.effect("is not complete when the model has only thought", () =>
    Effect.gen(function* () {
      const last = ending(yield* runIn(makeWorld({ openai: [{ does: "think", text: "Hm." }] }, onlyOpenAI)))
      assert(last.type === "plan-failed" && last.error._tag === "AIProviderError")
      assert.deepStrictEqual([last.error.reason, last.partial], ["EmptyAnswer", true])
    }),
  )
})

describe("a fallback that does not exist", () => {
  it.effect("is skipped, and the others still answer", () =>
    Effect.gen(function* () {
      const steps = [
        AiPlanStep.make({ provider: "openai" }),
        AiPlanStep.make({ provider: "nobody" }),
        AiPlanStep.make({ provider: "anthropic" }),
      ] as const
      const world = makeWorld({ openai: [refuses(404)], anthropic: [answers("Air.")] })
      const events = yield* runIn(world, { plan: AiPlan.make({ name: "gap", steps }) })
      assert.strictEqual(textOf(events), "Air.")
      assert.include(only(events, "step-skipped")[0]?.reason.message, '"nobody"')
    }),
  )
})

describe("stopping", () => {
  it.effect("asks nobody else when the request itself is wrong", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [refuses(400, errorBody("chat-completions", "invalid_request_error", "messages: bad"))],
      })
      const last = ending(yield* runIn(world))
      assert.deepStrictEqual(world.asked(), ["openai"])
      assert(last.type === "plan-failed" && last.error._tag === "AIProviderError")
      assert.strictEqual(last.error.reason, "InvalidRequest")
    }),
  )

  it.effect("asks nobody else when the content is refused, unless the step says so", () =>
    Effect.gen(function* () {
      const refused = refuses(
        400,
        errorBody("chat-completions", "invalid_request_error", "no", "content_policy_violation"),
      )
      const world = makeWorld({ openai: [refused], anthropic: [answers("Air.")] })
      assert.strictEqual(ending(yield* runIn(world)).type, "plan-failed")
      assert.deepStrictEqual(world.asked(), ["openai"])

      const lenient = makeWorld({ openai: [refused], anthropic: [answers("Air.")] })
      const plan = AiPlan.make({
        name: "lenient",
        steps: [
          AiPlanStep.make({ provider: "openai", onRefusal: "next" }),
          AiPlanStep.make({ provider: "anthropic" }),
        ],
      })
      assert.strictEqual(textOf(yield* runIn(lenient, { plan })), "Air.")
    }),
  )
})

describe("limits of time", () => {
  it.effect(
    "a target that does not begin within its limit is left for the next, and its request is closed",
    () =>
      Effect.gen(function* () {
        const world = makeWorld({ openai: [silence], anthropic: [answers("Air.")] })
        const events = yield* runIn(world)
        const [failure] = only(events, "attempt-failed")
        assert(failure?.error._tag === "AIProviderError")
        assert.strictEqual(failure.error.reason, "NoFirstPart")
        assert.strictEqual(Duration.toSeconds(failure.duration), 10)
        assert.deepStrictEqual(world.asked(), ["openai", "anthropic"])
        assert.strictEqual(world.open(), 0)
      }),
  )

  it.effect("a reasoning model and Ollama may take 60 s to begin", () =>
    Effect.gen(function* () {
      const world = makeWorld(
        { openai: [silence], ollama: [silence] },
        { ...allConfigured, ANTHROPIC_API_KEY: undefined },
      )
      const plan = AiPlan.make({
        name: "patient",
        steps: [
          AiPlanStep.make({ provider: "openai", model: "gpt-5.4" }),
          AiPlanStep.make({ provider: "ollama" }),
        ],
        deadline: Duration.minutes(10),
      })
      const failures = only(yield* runIn(world, { plan }), "attempt-failed")
      assert.deepStrictEqual(
        failures.map(({ duration }) => Duration.toSeconds(duration)),
        [60, 60],
      )
    }),
  )

  it.effect("an answer that falls silent for 10 s has stalled: its text stays and it is not complete", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [stallsAfter("The sky is")] }, onlyOpenAI)
      const events = yield* runIn(world, {
        plan: AiPlan.make({
          name: "alone",
          steps: [AiPlanStep.make({ provider: "openai", model: "gpt-4.1" })],
          onPartial: "fail",
        }),
      })
      const last = ending(events)
      assert(last.type === "plan-failed" && last.error._tag === "AIProviderError")
      assert.strictEqual(last.error.reason, "Stalled")
      assert.isTrue(last.partial)
      assert.strictEqual(textOf(events), "The sky is")
      assert.strictEqual(Duration.toSeconds(last.attempts[0]?.duration ?? Duration.zero), 10)
      assert.strictEqual(world.open(), 0)
    }),
  )

  it.effect("a run in which everybody is silent ends by its deadline, and every target was asked", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [silence], anthropic: [silence], ollama: [silence] })
      const events = yield* runIn(world, { preferredProvider: { key: "openai", modelName: "gpt-5.4" } })
      const last = ending(events)
      const started = events[0]?.at ?? 0
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "ollama"])
      assert.isAtMost(last.at - started, 120_000)
      assert(last.type === "plan-failed")
      for (const name of ["openai/", "anthropic/", "ollama/"]) assert.include(last.error.message, name)
    }),
  )

  it.effect("a short deadline is shared between the targets", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [silence], anthropic: [silence], ollama: [answers("Air.")] })
      const plan = AiPlan.make({
        name: "hurried",
        steps: [
          AiPlanStep.make({ provider: "openai" }),
          AiPlanStep.make({ provider: "anthropic" }),
          AiPlanStep.make({ provider: "ollama" }),
        ],
        deadline: Duration.seconds(6),
      })
      const events = yield* runIn(world, { plan })
      assert.strictEqual(textOf(events), "Air.")
      assert.deepStrictEqual(
        only(events, "attempt-failed").map(({ duration }) => Duration.toSeconds(duration)),
        [2, 2],
      )
    }),
  )

  it.effect("a consumer that takes its time does not count as the provider's silence", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [answers("one two three four five six")] })
      const { runPlan } = yield* Effect.provide(ChatOrchestratorService, world.layer)
      const fiber = yield* Effect.forkChild(
        Stream.runCollect(Stream.tap(runPlan(request), () => Effect.sleep("15 seconds"))),
      )
      yield* TestClock.adjust("20 minutes")
      const events = yield* Fiber.join(fiber)
      assert.strictEqual(textOf(events), "one two three four five six")
      assert.strictEqual(ending(events).type, "plan-completed")
    }),
  )
})

describe("a consumer that goes away", () => {
  it.effect("closes the provider's request", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [stallsAfter("The sky is")] })
      const { runPlan } = yield* Effect.provide(ChatOrchestratorService, world.layer)
      const fiber = yield* Effect.forkChild(Stream.runDrain(runPlan(request)))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(world.open(), 1)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(world.open(), 0)
    }),
  )

  it.effect("ends a wait between two attempts", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [rateLimited(30)] }, onlyOpenAI)
      const { runPlan } = yield* Effect.provide(ChatOrchestratorService, world.layer)
      const fiber = yield* Effect.forkChild(Stream.runDrain(runPlan(request)))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual(world.calls.length, 1)
    }),
  )
})

describe("a preferred provider that cannot be reached", () => {
  it.effect("is asked as often as its step says", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [unreachable], anthropic: [answers("Air.")] })
      yield* runIn(world)
      assert.deepStrictEqual(world.asked(), ["openai", "openai", "openai", "anthropic"])
    }),
  )
})
