/** Plays a random case from its first run to its last, through the orchestrator, and keeps all that can be seen of it. */
import { assert } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { ChatOrchestratorService, toPrompt, type PlanEvent } from "@/services/ai"
import { HttpTransport } from "@/services/ai/wire/HttpTransport"
import { isTerminal, PlanRunner } from "@/services/ai/orchestration"
import { runSoFar } from "@/services/ai/orchestration/runSoFar"
import { compacted } from "@/services/conversations/compaction"
import { AiLayer } from "@/services/runtime"
import { TelemetryService } from "@/services/telemetry"
import { configurationOf } from "./configuration"
import { makeUpstream, type Exchange } from "./faultTransport"
import { conversationLength, questionOf, type Death, type RandomCase, type RandomRun } from "./randomRuns"

export interface ObservedRun {
  readonly plan: RandomRun["request"]["plan"]
  readonly events: ReadonlyArray<PlanEvent>
  /** Its requests, in order. */
  readonly exchanges: ReadonlyArray<Exchange>
  /** When its consumer went away, in milliseconds; absent when the run came to its own end. */
  readonly leftAt: number | undefined
  /** Where it went on after its process had died. */
  readonly resumptions: ReadonlyArray<Resumption>
}

export interface Resumption {
  /** The number of the first event after it. */
  readonly from: number
  /** The time of the last event that the log still had; a joined piece of text has that of its first part. */
  readonly loggedUntil: number
  /** Milliseconds since the epoch. */
  readonly at: number
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
    const lost = new Set<Exchange>()
    const ofRun = (index: number) =>
      upstream.exchanges.filter((exchange) => exchange.question === questionOf(index) && !lost.has(exchange))
    const played = Effect.forEach(
      example.runs,
      (run, index) =>
        play(run, (attempts) => {
          for (const exchange of ofRun(index).slice(attempts)) lost.add(exchange)
        }),
      { concurrency: "unbounded" },
    ).pipe(Effect.provideContext(context), Effect.provideService(Clock.Clock, clock))
    // Behind a sleep: the clock waits for what a fiber does that it has woken, not for one that was just forked.
    const fiber = yield* Effect.forkChild(Effect.andThen(Effect.sleep(1), played))
    yield* TestClock.adjust("1 hour")
    const runs = yield* Fiber.join(fiber)
    return {
      runs: runs.map((run, index) => ({ ...run, exchanges: ofRun(index) })),
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

/** @param forget told after a death of how many attempts the log knows: the requests of the others are lost with their events */
const play = ({ request, beginsAt, leaves, deaths = [] }: RandomRun, forget: (attempts: number) => void) =>
  Effect.gen(function* () {
    if (beginsAt > 0) yield* Effect.sleep(beginsAt)
    const { runPlan } = yield* ChatOrchestratorService
    const runner = yield* PlanRunner
    const events: Array<PlanEvent> = []
    const resumptions: Array<Resumption> = []
    const keep = (event: PlanEvent) => Effect.sync(() => void events.push(event))
    let all = runPlan(request)
    for (const death of deaths) {
      yield* untilDeath(all, events, death)
      if (events.some(isTerminal)) break
      forget(events.filter(({ type }) => type === "attempt-started").length)
      yield* Effect.sleep(death.downMillis)
      const log = death.isCompacted ? compacted(events) : events
      const at = yield* Clock.currentTimeMillis
      resumptions.push({ from: events.length, loggedUntil: log.at(-1)?.at ?? at, at })
      const soFar = runSoFar(log, events.length)
      assert(soFar !== undefined)
      const { plan, messages, options = {} } = request
      all = runner.run({ plan, prompt: toPrompt(messages), options, soFar })
    }
    if (events.some(isTerminal)) return { plan: request.plan, events, leftAt: undefined, resumptions }
    if (leaves === undefined) yield* Stream.runForEach(all, keep)
    else if ("events" in leaves) yield* Stream.runForEach(Stream.take(all, leaves.events), keep)
    else yield* Effect.raceFirst(Stream.runForEach(all, keep), Effect.sleep(leaves.millis))
    const last = events.at(-1)?.type
    const isWhole = last === "plan-completed" || last === "plan-failed"
    const leftAt = isWhole ? undefined : yield* Clock.currentTimeMillis
    return { plan: request.plan, events, leftAt, resumptions }
  })

/** The log gets so many events more; the run goes on for a while, or ends, and nobody hears of it. */
const untilDeath = (all: Stream.Stream<PlanEvent>, log: Array<PlanEvent>, death: Death) =>
  Effect.gen(function* () {
    const limit = log.length + death.events
    const isFull = yield* Deferred.make<void>()
    if (death.events === 0) yield* Deferred.succeed(isFull, undefined)
    const keep = (event: PlanEvent) =>
      Effect.suspend(() => {
        if (log.length < limit) log.push(event)
        return log.length < limit ? Effect.void : Deferred.succeed(isFull, undefined)
      })
    const dying = Effect.andThen(Deferred.await(isFull), Effect.sleep(death.lostMillis))
    yield* Effect.raceFirst(Stream.runForEach(all, keep), dying)
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
