/** Plays a random case from its first run to its last, through the orchestrator, and keeps all that can be seen of it. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { ChatOrchestratorService, type PlanEvent } from "@/services/ai"
import { HttpTransport } from "@/services/ai/wire/HttpTransport"
import { AiLayer } from "@/services/runtime"
import { TelemetryService } from "@/services/telemetry"
import { configurationOf } from "./configuration"
import { makeUpstream, type Exchange } from "./faultTransport"
import { conversationLength, questionOf, type RandomCase, type RandomRun } from "./randomRuns"

export interface ObservedRun {
  readonly plan: RandomRun["request"]["plan"]
  readonly events: ReadonlyArray<PlanEvent>
  /** Its requests, in order. */
  readonly exchanges: ReadonlyArray<Exchange>
  /** When its consumer went away, in milliseconds; absent when the run came to its own end. */
  readonly leftAt: number | undefined
}

export interface Observed {
  readonly runs: ReadonlyArray<ObservedRun>
  readonly exchanges: ReadonlyArray<Exchange>
  /** What is still there after the last run. */
  readonly left: { readonly requests: number; readonly sleepers: number; readonly finalizers: number }
}

export const observe = (example: RandomCase): Effect.Effect<Observed> =>
  Effect.gen(function* () {
    const { text, scripts } = example
    const upstream = makeUpstream({ text, scripts, conversationLength })
    const testClock = yield* Clock.Clock
    const { clock, sleepers } = countingSleepers(testClock)
    const context = yield* Layer.build(
      AiLayer.pipe(
        Layer.provide(Layer.succeed(HttpTransport, upstream.transport)),
        Layer.provide(configurationOf(example.values)),
        Layer.provide(silentTelemetry),
      ),
    )
    const scope = yield* Effect.scope
    const finalizersIn = () => (scope.state._tag === "Open" ? (scope.state.finalizers?.size ?? 0) : 0)
    const before = finalizersIn()
    const played = Effect.forEach(example.runs, play, { concurrency: "unbounded" }).pipe(
      Effect.provideContext(context),
      Effect.provideService(Clock.Clock, clock),
    )
    // Behind a sleep: the clock waits for what a fiber does that it has woken, not for one that was just forked.
    const fiber = yield* Effect.forkChild(Effect.andThen(Effect.sleep(1), played))
    yield* TestClock.adjust("1 hour")
    const runs = yield* Fiber.join(fiber)
    return {
      runs: runs.map((run, index) => ({
        ...run,
        exchanges: upstream.exchanges.filter(({ question }) => question === questionOf(index)),
      })),
      exchanges: upstream.exchanges,
      left: { requests: upstream.open(), sleepers: sleepers(), finalizers: finalizersIn() - before },
    }
  }).pipe(
    Effect.scoped,
    Effect.provide(TestClock.layer()),
    Effect.provide(Logger.layer([])),
    Random.withSeed(example.index),
  )

const silentTelemetry = Layer.succeed(
  TelemetryService,
  TelemetryService.of({ trackEvent: () => Effect.void }),
)

const play = ({ request, beginsAt, leaves }: RandomRun) =>
  Effect.gen(function* () {
    if (beginsAt > 0) yield* Effect.sleep(beginsAt)
    const { runPlan } = yield* ChatOrchestratorService
    const events: Array<PlanEvent> = []
    const keep = (event: PlanEvent) => Effect.sync(() => void events.push(event))
    const all = runPlan(request)
    if (leaves === undefined) yield* Stream.runForEach(all, keep)
    else if ("events" in leaves) yield* Stream.runForEach(Stream.take(all, leaves.events), keep)
    else yield* Effect.raceFirst(Stream.runForEach(all, keep), Effect.sleep(leaves.millis))
    const last = events.at(-1)?.type
    const isWhole = last === "plan-completed" || last === "plan-failed"
    return { plan: request.plan, events, leftAt: isWhole ? undefined : yield* Clock.currentTimeMillis }
  })

/** A clock that knows how many fibers sleep by it. */
const countingSleepers = (clock: Clock.Clock) => {
  let sleepers = 0
  return {
    sleepers: () => sleepers,
    clock: {
      ...clock,
      sleep: (duration: Parameters<Clock.Clock["sleep"]>[0]) =>
        Effect.acquireUseRelease(
          Effect.sync(() => (sleepers += 1)),
          () => clock.sleep(duration),
          () => Effect.sync(() => (sleepers -= 1)),
        ),
    },
  }
}
