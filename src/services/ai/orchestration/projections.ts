/** What programs want of a run: its text, or its error. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import type { AiError } from "../core/AgentLanguageModel"
import type { AiTextChunk } from "../core/AiTextChunk"
import type { PlanEvent } from "./PlanEvent"

/** The text as it comes; a failed plan fails the stream, also after some text. */
export const textChunks = <R>(
  events: Stream.Stream<PlanEvent, never, R>,
): Stream.Stream<AiTextChunk, AiError, R> =>
  Stream.transformPull(events, (pull) =>
    Effect.sync(() => {
      let failure: Effect.Effect<never, AiError> | undefined
      const next: Pull.Pull<Arr.NonEmptyReadonlyArray<AiTextChunk>, AiError, void, R> = Effect.suspend(
        () =>
          failure ??
          Effect.flatMap(pull, (read) => {
            const chunks: Array<AiTextChunk> = []
            for (const event of read) {
              if (event.type === "text-delta") chunks.push({ text: event.text })
              if (event.type === "plan-failed") failure = Effect.fail(event.error)
            }
            return Arr.isReadonlyArrayNonEmpty(chunks) ? Effect.succeed(chunks) : next
          }),
      )
      return next
    }),
  )

/** The whole text, or the error: an answer that broke off is not an answer. */
export const answerText = <R>(
  events: Stream.Stream<PlanEvent, never, R>,
): Effect.Effect<string, AiError, R> =>
  Effect.suspend(() => {
    let text = ""
    let failure: AiError | undefined
    return events.pipe(
      Stream.runForEachArray((read) =>
        Effect.sync(() => {
          for (const event of read) {
            if (event.type === "text-delta") text += event.text
            if (event.type === "answer-discarded") text = ""
            if (event.type === "plan-failed") failure = event.error
          }
        }),
      ),
      Effect.flatMap(() => (failure === undefined ? Effect.succeed(text) : Effect.fail(failure))),
    )
  })
