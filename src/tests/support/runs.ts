/** Runs of plans under a virtual clock with seeded dice, and what their events say. */
import { assert } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import {
  AiPlan,
  AiPlanStep,
  ChatOrchestratorService,
  type AIProviderError,
  type ChatRequest,
  type PlanEvent,
} from "@/services/ai"
import { errorBody } from "./dialects"
import { refuses, type World } from "./world"

export const request: ChatRequest = {
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  preferredProvider: { key: "openai", modelName: "gpt-4.1" },
}

type Run = Effect.Effect<ReadonlyArray<PlanEvent>, never, ChatOrchestratorService>

const collected = (more: Partial<ChatRequest>): Run =>
  Effect.flatMap(ChatOrchestratorService, ({ runPlan }) =>
    Stream.runCollect(runPlan({ ...request, ...more })),
  )

/** Behind a sleep: the clock waits for what a fiber does that it has woken, not for one that was just forked. */
const forked = (more: Partial<ChatRequest>) => Effect.forkChild(Effect.delay(collected(more), 1))

/** All events of a run, however long it waits, in a process of its own. Times are virtual. */
export const runIn = (world: World, more: Partial<ChatRequest> = {}) =>
  Effect.gen(function* () {
    const fiber = yield* forked(more)
    yield* TestClock.adjust("20 minutes")
    return yield* Fiber.join(fiber)
  }).pipe(Effect.provide(world.layer), Random.withSeed("executor"))

/** One run among others of the same process: the clock goes on until it has ended, and stops there. */
export const run = (more: Partial<ChatRequest> = {}): Run =>
  Effect.flatMap(begun(more), (fiber) => ended(fiber))

/** A run that goes on while the test does other things. */
export const begun = (more: Partial<ChatRequest> = {}) => Effect.tap(forked(more), () => TestClock.adjust(1))

/** Moves the clock, a little at a time, until the fiber has ended. */
export const ended = <A, E>(fiber: Fiber.Fiber<A, E>): Effect.Effect<A, E> =>
  Effect.gen(function* () {
    while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("50 millis")
    return yield* Fiber.join(fiber)
  })

/** Several runs that share the memory of one process: circuits, cooling, budgets, what was learned. */
export const inOneProcess = <A, E>(world: World, runs: Effect.Effect<A, E, ChatOrchestratorService>) =>
  runs.pipe(Effect.provide(world.layer), Random.withSeed("executor"))

type Step = Parameters<(typeof AiPlanStep)["make"]>[0]

export const planOf = (
  steps: readonly [Step, ...ReadonlyArray<Step>],
  more: Partial<Omit<Parameters<(typeof AiPlan)["make"]>[0], "steps">> = {},
): AiPlan => {
  const [first, ...others] = steps
  return AiPlan.make({
    name: "test",
    steps: [AiPlanStep.make(first), ...others.map((step) => AiPlanStep.make(step))],
    ...more,
  })
}

export const typesOf = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<string> =>
  events.map(({ type }) => type)

/** What stands on the page in the end. */
export const textOf = (events: ReadonlyArray<PlanEvent>): string =>
  events.reduce((text, event) => {
    if (event.type === "answer-discarded") return ""
    return event.type === "text-delta" ? text + event.text : text
  }, "")

export const only = <Type extends PlanEvent["type"]>(events: ReadonlyArray<PlanEvent>, type: Type) =>
  events.filter((event): event is Extract<PlanEvent, { readonly type: Type }> => event.type === type)

export const ending = (events: ReadonlyArray<PlanEvent>) => {
  const last = events.at(-1)
  assert(last?.type === "plan-completed" || last?.type === "plan-failed")
  return last
}

/** The error of a run that failed; the test fails when it did not, or when the error is not a provider's. */
export const failureOf = (events: ReadonlyArray<PlanEvent>): AIProviderError => {
  const last = ending(events)
  assert(last.type === "plan-failed" && last.error._tag === "AIProviderError")
  return last.error
}

/** Why each attempt ended, in the order in which they began; `answered` for the one that did not fail. */
export const endsOf = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<string> =>
  ending(events).attempts.map(({ error }) => {
    if (error === undefined) return "answered"
    return error._tag === "AIProviderError" ? error.reason : error._tag
  })

export const delaysOf = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<number> =>
  only(events, "retry-scheduled").map(({ delay }) => Duration.toMillis(delay))

/** The waits between an attempt's failure and the next request, as the clock saw them. */
export const pausesOf = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<number> =>
  events.flatMap((event, index) => {
    const failure = events.slice(0, index).findLast(({ type }) => type === "attempt-failed")
    return event.type === "attempt-started" && failure !== undefined ? [event.at - failure.at] : []
  })

export const rateLimited = (seconds?: number) =>
  refuses(
    429,
    errorBody("chat-completions", "rate_limit_error", "slow down"),
    seconds === undefined ? {} : { "retry-after": String(seconds) },
  )

export const badKey = refuses(
  401,
  errorBody("chat-completions", "invalid_request_error", "Incorrect API key", "invalid_api_key"),
)

export const onlyOpenAI = { OPENAI_API_KEY: "sk-0123456789abcdef", OPENAI_BASE_URL: "http://openai.test/v1" }
