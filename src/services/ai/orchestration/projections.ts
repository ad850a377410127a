/** What programs want of a run: its text, or its error. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { AiError } from "../core/AgentLanguageModel"
import type { AiTextChunk } from "../core/AiTextChunk"
import type { PlanEvent } from "./PlanEvent"

/** The text as it comes; a failed plan fails the stream, also after some text. */
export const textChunks = <E, R>(
  events: Stream.Stream<PlanEvent, E, R>,
): Stream.Stream<AiTextChunk, E | AiError, R> =>
  events.pipe(
    Stream.filter(({ type }) => type === "text-delta" || type === "plan-failed"),
    Stream.mapEffect((event) => {
      if (event.type === "plan-failed") return Effect.fail(event.error)
      return Effect.succeed<AiTextChunk>({ text: event.type === "text-delta" ? event.text : "" })
    }),
  )

/** The whole text, or the error: an answer that broke off is not an answer. */
export const answerText = <E, R>(
  events: Stream.Stream<PlanEvent, E, R>,
): Effect.Effect<string, E | AiError, R> =>
  Effect.map(Stream.runCollect(textChunks(events)), (chunks) => chunks.map(({ text }) => text).join(""))

/** A run that could not begin is still a run: it consists of its failure. */
export const planNotBuilt = (error: AiError): Stream.Stream<PlanEvent> =>
  Stream.fromEffect(
    Effect.map(Clock.currentTimeMillis, (at) => ({
      type: "plan-failed",
      sequence: 0,
      at,
      error,
      attempts: [],
      partial: false,
    })),
  )
