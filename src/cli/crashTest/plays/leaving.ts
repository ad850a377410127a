/** The reader leaves after the first words: the provider's connection is closed, and nobody else is asked. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { nameOf, type PlanEvent } from "@/services/ai/orchestration"
import type { Finding } from "../Finding"
import { isOpen, textIn } from "../promises"
import type { Stage } from "../Stage"
import { closing, closingTime, within } from "./playing"

export const playLeaving = Effect.fnUntraced(function* (stage: Stage): Effect.fn.Return<Finding> {
  const run = stage.prepare({ preferred: ["stall-after-20"] })
  const events: Array<PlanEvent> = []
  yield* run.events().pipe(
    Stream.takeUntil(({ type }) => type === "text-delta" || type === "plan-failed"),
    Stream.runForEach((event) => Effect.sync(() => void events.push(event))),
  )
  const leftAt = yield* Clock.currentTimeMillis
  const asked = run.requests().length
  yield* closing(run)
  const closedAfter = (yield* Clock.currentTimeMillis) - leftAt
  const isClosed = !run.requests().some(isOpen)
  const isAskedMore = yield* within(closingTime, () => run.requests().length > asked)
  return {
    failures: [
      ...(textIn(events) === "" ? ["the first words did not come"] : []),
      ...(isClosed ? [] : ["the provider's connection was still open a second later"]),
      ...(isAskedMore ? ["somebody was asked although nobody reads any more"] : []),
    ],
    attempts: events.flatMap((event) =>
      event.type === "attempt-started" ? [{ target: nameOf(event.target), outcome: "left" }] : [],
    ),
    seen: `the first words; the provider's connection was closed ${isClosed ? `within ${Math.max(1, Math.ceil(closedAfter))} ms` : "too late"}`,
  }
})
