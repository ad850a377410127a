/** No lie, at the part level: a stream of parts is complete only when it ends with a finish that means an end. */
import type * as Response from "effect/ai/Response"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import { AIProviderError } from "../core/AIProviderError"

export interface Target {
  readonly provider: string
  readonly model: string
}

/** Finish reasons that do not mean that the answer has ended as it should. */
const notAnEnd: ReadonlySet<Response.FinishReason> = new Set<Response.FinishReason>([
  "error",
  "unknown",
  "other",
  "pause",
])

/**
 * Fails on an `error` part (`effect/ai` lets it pass as a value), on an end without a `finish` part, and on a finish
 * without a known meaning. Ends after the first finish: whatever follows is ignored.
 */
export const strictGuard =
  (target: Target) =>
  <E, R>(
    parts: Stream.Stream<Response.StreamPartEncoded, E, R>,
  ): Stream.Stream<Response.StreamPartEncoded, E | AIProviderError, R> =>
    Stream.transformPull(parts, (pull) =>
      Effect.sync(() => {
        let ending: Effect.Effect<never, AIProviderError | Cause.Done> | undefined
        const next: Pull.Pull<
          Arr.NonEmptyReadonlyArray<Response.StreamPartEncoded>,
          E | AIProviderError
        > = Effect.suspend(() => {
          if (ending !== undefined) return ending
          return pull.pipe(
            Pull.catchDone(() => Effect.fail(endedEarly(target))),
            Effect.flatMap((read) => {
              const last = read.findIndex(({ type }) => type === "finish" || type === "error")
              const part = read[last]
              if (part === undefined) return Effect.succeed(read)
              const failure = failureOf(part, target)
              ending = failure === undefined ? Cause.done() : Effect.fail(failure)
              const kept = read.slice(0, failure === undefined ? last + 1 : last)
              return Arr.isReadonlyArrayNonEmpty(kept) ? Effect.succeed(kept) : ending
            }),
          )
        })
        return next
      }),
    )

/** Why a part means that the answer is not complete; undefined for every other part. */
export const failureOf = (part: Response.StreamPartEncoded, target: Target): AIProviderError | undefined => {
  if (part.type === "error") {
    if (part.error instanceof AIProviderError) return part.error
    const what = typeof part.error === "string" ? part.error : "an error inside its stream"
    return AIProviderError.of({
      ...target,
      reason: "MalformedResponse",
      message: `${target.provider}: ${what}`,
      cause: part.error,
    })
  }
  if (part.type === "finish" && notAnEnd.has(part.reason)) {
    return cut(target, `the answer ended with the reason "${part.reason}"`)
  }
  return undefined
}

/** The stream of an answer that had no `finish`. */
export const endedEarly = (target: Target): AIProviderError =>
  cut(target, "the stream ended before the answer was complete")

const cut = (target: Target, why: string): AIProviderError =>
  AIProviderError.of({ ...target, reason: "Cut", message: `${target.provider}: ${why}` })
