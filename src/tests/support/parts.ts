/** Parts of an answer, and how to take a stream of them to its end, whichever end that is. */
import type * as Response from "effect/ai/Response"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

type Part = Response.StreamPartEncoded

export const textPart = (delta: string): Part => ({ type: "text-delta", id: "0", delta })

export const noUsage: typeof Response.Usage.Encoded = {
  inputTokens: { uncached: undefined, total: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
}

export const finishPart = (reason: Response.FinishReason): Part => ({
  type: "finish",
  reason,
  usage: noUsage,
  response: undefined,
})

export const textIn = (parts: ReadonlyArray<Part>): string =>
  parts.map((part) => (part.type === "text-delta" ? part.delta : "")).join("")

export const finishIn = (parts: ReadonlyArray<Part>): Response.FinishPartEncoded | undefined =>
  parts.find((part) => part.type === "finish")

/** What a stream gave before it ended, and the failure it ended with, where it did. A defect stays a defect. */
export interface Drained<A, E> {
  readonly parts: ReadonlyArray<A>
  readonly error: E | undefined
}

export const drain = <A, E, R>(stream: Stream.Stream<A, E, R>): Effect.Effect<Drained<A, E>, never, R> =>
  Effect.suspend(() => {
    const parts: Array<A> = []
    return Stream.runForEach(stream, (part) => Effect.sync(() => parts.push(part))).pipe(
      Effect.match({
        onSuccess: (): Drained<A, E> => ({ parts, error: undefined }),
        onFailure: (error): Drained<A, E> => ({ parts, error }),
      }),
    )
  })
