/** What programs want of a run: its text, or its error. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { AiError } from "../core/AgentLanguageModel"
import type { AiTextChunk } from "../core/AiTextChunk"
import type { PlanEvent } from "./PlanEvent"

/** The text as it comes; a failed plan fails the stream, also after some text. */
export const textChunks = <R>(
  events: Stream.Stream<PlanEvent, never, R>,
): Stream.Stream<AiTextChunk, AiError, R> =>
  events.pipe(
    Stream.filter(({ type }) => type === "text-delta" || type === "plan-failed"),
    Stream.mapEffect((event) => {
      if (event.type === "plan-failed") return Effect.fail(event.error)
      return Effect.succeed<AiTextChunk>({ text: event.type === "text-delta" ? event.text : "" })
    }),
  )

/** The whole text, or the error: an answer that broke off is not an answer. */
export const answerText = <R>(
  events: Stream.Stream<PlanEvent, never, R>,
): Effect.Effect<string, AiError, R> =>
  Effect.map(Stream.runCollect(textChunks(events)), (chunks) => chunks.map(({ text }) => text).join(""))
