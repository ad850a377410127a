/** Runs whose process dies in the middle, and the same runs in the process after it. */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { ChatOrchestratorService, toPrompt, type AiPlan, type PlanEvent } from "@/services/ai"
import { PlanRunner } from "@/services/ai/orchestration"
import { runSoFar } from "@/services/ai/orchestration/runSoFar"
import { decodeEvents, encodeEvents } from "@/services/conversations/eventCodec"
import { beginning, chain } from "./cutAnswers"
import { request } from "./runs"
import { breaksAfter, makeWorld, stallsAfter, type World } from "./world"

type Log = ReadonlyArray<PlanEvent>

export const isA =
  (type: PlanEvent["type"], attempt?: number) =>
  (event: PlanEvent): boolean =>
    event.type === type && (attempt === undefined || ("attempt" in event && event.attempt === attempt))

/** The words come one by one; after the last of these. */
export const hasSaid =
  (words: string) =>
  (event: PlanEvent): boolean =>
    event.type === "text-delta" && words.endsWith(event.text.trim())

/** The log of a run of the plan whose process dies after the event. */
export const diesAfter = (world: World, plan: AiPlan, isLast: (event: PlanEvent) => boolean) =>
  all(
    world,
    Effect.map(ChatOrchestratorService, ({ runPlan }) =>
      Stream.takeUntil(runPlan({ ...request, plan }), isLast),
    ),
  )

/** The whole log of the run after it has gone on in a new process, twenty minutes later or more. */
export const resumedIn = (world: World, log: Log) =>
  Effect.map(goneOn(world, log), (more) => [...log, ...more])

/** The same where the new process dies too. */
export const resumedUntil = (world: World, log: Log, isLast: (event: PlanEvent) => boolean) =>
  Effect.map(goneOn(world, log, isLast), (more) => [...log, ...more])

const goneOn = (world: World, log: Log, isLast: (event: PlanEvent) => boolean = () => false) => {
  // As it comes out of a store.
  const soFar = runSoFar(Result.getOrThrow(decodeEvents(encodeEvents(log))))
  assert(soFar !== undefined)
  return all(
    world,
    Effect.map(PlanRunner, ({ run }) =>
      Stream.takeUntil(run({ plan: soFar.plan, prompt: toPrompt(request.messages), soFar }), isLast),
    ),
  )
}

/** Behind a sleep: the clock waits for what a fiber does that it has woken, not for one that was just forked. */
const all = (
  world: World,
  events: Effect.Effect<Stream.Stream<PlanEvent>, never, ChatOrchestratorService | PlanRunner>,
) =>
  Effect.gen(function* () {
    const collected = Stream.runCollect(Stream.unwrap(events))
    const fiber = yield* Effect.forkChild(Effect.delay(collected, 1))
    yield* TestClock.adjust("20 minutes")
    return yield* Fiber.join(fiber)
  }).pipe(Effect.provide(world.layer), Random.withSeed("executor"))

/** The log of a run of the chain in which OpenAI was writing when the process died. */
export const diedWriting = diesAfter(
  makeWorld({ openai: [stallsAfter(beginning)] }),
  chain,
  hasSaid(beginning),
)

/** Where the beginning was written by the second, after the first had broken off before it. */
export const half = "The sky is"
export const other = " blue because"
export const diedInRescue = diesAfter(
  makeWorld({ openai: [breaksAfter(half)], anthropic: [stallsAfter(other)] }),
  chain,
  hasSaid(other),
)
