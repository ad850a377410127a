/** Carries a run to its end and keeps what came of it. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { answerText } from "@/simulator/answer"
import type { PlanEvent } from "@/services/ai/orchestration"
import { isOpen, type Played } from "../promises"
import type { Run, Stage } from "../Stage"

export interface Ended extends Played {
  /** False: it had not ended when its time was up, and was stopped. */
  readonly isOver: boolean
}

/** @param answer what a target that is well says to the run */
export const playToItsEnd = Effect.fnUntraced(function* (
  stage: Stage,
  run: Run,
  { answer = answerText(), ...changes }: Parameters<Run["events"]>[0] & { readonly answer?: string } = {},
): Effect.fn.Return<Ended> {
  const events: Array<PlanEvent> = []
  const over = yield* run.events(changes).pipe(
    Stream.runForEach((event) => Effect.sync(() => void events.push(event))),
    Effect.timeoutOption(longestRun(stage)),
  )
  yield* closing(run)
  return { events, requests: run.requests(), answer, isOver: Option.isSome(over) }
})

/** Nothing of a run lasts longer than its plan allows, unless it makes progress, which no fault does for so long. */
const longestRun = ({ rehearsal: { plan } }: Stage): Duration.Duration =>
  Duration.sum(Duration.times(plan.deadline, 2), Duration.seconds(30))

export const unfinished = "the run did not come to an end"

/** How long the provider's connection may stay open when nobody reads it any more. */
export const closingTime = Duration.seconds(1)

/** Waits until nothing of the run is open, as long as that may take. */
export const closing = (run: Run): Effect.Effect<void> =>
  Effect.asVoid(within(closingTime, () => !run.requests().some(isOpen)))

/** Whether it came about in time. */
export const within = (limit: Duration.Duration, isSo: () => boolean): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const endsAt = (yield* Clock.currentTimeMillis) + Duration.toMillis(limit)
    while (!isSo()) {
      if ((yield* Clock.currentTimeMillis) >= endsAt) return false
      yield* Effect.sleep("5 millis")
    }
    return true
  })
