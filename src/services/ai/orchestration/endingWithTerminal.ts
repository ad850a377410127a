/**
 * A run ends with exactly one terminal event, whatever happens: one that fails, dies or just ends gets its
 * `plan-failed`. Without it a text that was cut would look like a whole one.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { AiError } from "../core/AgentLanguageModel"
import { AIProviderError } from "../core/AIProviderError"
import { isTerminal, unknownTotals, type PlanEvent } from "./PlanEvent"
import { runErrorOf } from "./runErrorOf"

export const endingWithTerminal = <R>(
  events: Stream.Stream<PlanEvent, AiError, R>,
): Stream.Stream<PlanEvent, never, R> =>
  Stream.suspend(() => {
    let next = 0
    let shown = false
    let ended = false
    const failure = (error: AiError): Stream.Stream<PlanEvent> =>
      Stream.fromEffect(
        Effect.map(Clock.currentTimeMillis, (at): PlanEvent => ({
          type: "plan-failed",
          sequence: next,
          at,
          error,
          attempts: [],
          totals: unknownTotals,
          partial: shown,
        })),
      )
    return events.pipe(
      Stream.takeUntil(isTerminal),
      Stream.mapArray((read) => {
        for (const event of read) {
          next = event.sequence + 1
          shown ||= event.type === "answer-started"
          ended ||= isTerminal(event)
        }
        return read
      }),
      Stream.concat(Stream.suspend(() => (ended ? Stream.empty : failure(endedEarly)))),
      Stream.catchCause((cause) =>
        Cause.hasInterruptsOnly(cause)
          ? Stream.fromEffect(Effect.interrupt)
          : failure(runErrorOf(cause, { provider: "commander" })),
      ),
    )
  })

const endedEarly = AIProviderError.of({
  provider: "commander",
  reason: "Cut",
  message: "the run ended without saying how",
})
