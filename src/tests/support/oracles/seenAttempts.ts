/** The attempts of a run as its events tell them, beside the requests that the upstream saw. */
import * as Duration from "effect/Duration"
import { nameOf, type PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import type { Exchange } from "../faultTransport"
import type { ObservedRun } from "../observeRuns"

type EventOf<Type extends PlanEvent["type"]> = Extract<PlanEvent, { readonly type: Type }>

export interface SeenAttempt {
  readonly started: EventOf<"attempt-started">
  readonly target: string
  /** When the first part of its answer was shown. */
  readonly begun: EventOf<"answer-started"> | EventOf<"answer-resumed"> | undefined
  readonly failed: EventOf<"attempt-failed"> | undefined
  /** Absent where the run was left before. */
  readonly endedAt: number | undefined
  /** Whether its process died; then it ended with the last event that was logged. */
  readonly isInterrupted: boolean
  readonly exchange: Exchange | undefined
}

export const eventsIn = <Type extends PlanEvent["type"]>(
  { events }: Pick<ObservedRun, "events">,
  type: Type,
): ReadonlyArray<EventOf<Type>> => events.filter((event): event is EventOf<Type> => event.type === type)

export const endingOf = ({ events }: Pick<ObservedRun, "events">) => {
  const last = events.at(-1)
  return last?.type === "plan-completed" || last?.type === "plan-failed" ? last : undefined
}

export const attemptsIn = (run: ObservedRun): ReadonlyArray<SeenAttempt> =>
  eventsIn(run, "attempt-started").map((started, index) => {
    const isOwn = ({ attempt }: { readonly attempt: number }) => attempt === started.attempt
    const failed = eventsIn(run, "attempt-failed").find(isOwn)
    const isInterrupted = reasonOf(failed) === "Interrupted"
    return {
      started,
      target: nameOf(started.target),
      begun: eventsIn(run, "answer-started").find(isOwn) ?? eventsIn(run, "answer-resumed").find(isOwn),
      failed,
      endedAt:
        failed !== undefined && isInterrupted
          ? started.at + Duration.toMillis(failed.duration)
          : (failed?.at ?? endingOf(run)?.at),
      isInterrupted,
      exchange: run.exchanges[index],
    }
  })

/** Whether it ended for the reason. */
export const endedWith = ({ failed }: SeenAttempt, ...reasons: ReadonlyArray<string>): boolean =>
  reasons.includes(reasonOf(failed) ?? "")

const reasonOf = (failed: SeenAttempt["failed"]): string | undefined =>
  failed?.error._tag === "AIProviderError" ? failed.error.reason : undefined

/** When the limits of time began that hold for the event: with the run, or when it was last resumed before. */
export const limitsBeganAt = ({ events, resumptions }: ObservedRun, sequence: number): number =>
  resumptions.findLast(({ from }) => from <= sequence)?.at ?? events[0]?.at ?? 0
