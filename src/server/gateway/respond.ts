/** A run as the answer to an HTTP request: whole, as it comes, or refused. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import type { Answer } from "./answer"
import { errorEvent, makeChunkWriter, type ChunkWriter } from "./chunks"
import { bodyOf, headersOf, type DialectError } from "./DialectError"
import { keepingAlive } from "./keepingAlive"
import { initial, runHeadersOf, type Progress } from "./progress"
import { makeCollector } from "./wholeAnswer"

type Response = HttpServerResponse.HttpServerResponse

export const respondError = (error: DialectError, headers: Readonly<Record<string, string>> = {}): Response =>
  HttpServerResponse.jsonUnsafe(bodyOf(error), {
    status: error.status,
    headers: { ...headers, ...headersOf(error) },
  })

/** Nobody serves an answer that is refused, also when somebody had begun it. */
export const respondRefusal = (
  error: DialectError,
  { runId }: Answer,
  { attempts }: Progress = initial,
): Response => respondError(error, runHeadersOf(runId, { ...initial, attempts }))

/** An answer that broke off is an error: half of it is no answer. */
export const respondWhole = (events: Stream.Stream<PlanEvent>, answer: Answer): Effect.Effect<Response> =>
  Effect.suspend(() => {
    const collector = makeCollector(answer)
    return events.pipe(
      Stream.runForEachArray((read) => Effect.sync(() => read.forEach(collector.push))),
      Effect.map(() => {
        const result = collector.result()
        return Result.isFailure(result)
          ? respondRefusal(result.failure, answer, collector.progress())
          : HttpServerResponse.jsonUnsafe(result.success, {
              headers: runHeadersOf(answer.runId, collector.progress()),
            })
      }),
    )
  })

/**
 * Waits for the answer to begin, so that a run that fails before that is refused with a status; then hands on every
 * read of the provider as it comes. The run lives in the request's scope: a client that leaves ends it.
 */
export const respondStreamed = Effect.fnUntraced(function* (
  events: Stream.Stream<PlanEvent>,
  answer: Answer & { readonly includeUsage: boolean },
): Effect.fn.Return<Response, never, Scope.Scope> {
  const writer = makeChunkWriter(answer)
  const next = bytesOf(yield* Stream.toPull(events), writer)
  const first = yield* Pull.catchDone(next, () => Effect.succeed(undefined))
  const { ending } = writer
  if (first === undefined) {
    const early = ending()
    if (Result.isFailure(early)) return respondRefusal(early.failure, answer, writer.progress())
  }
  const spoken =
    first === undefined
      ? Stream.empty
      : Stream.concat(Stream.fromArray(first), Stream.fromPull(Effect.succeed(next)))
  // Clients leave at the end marker: the end of the body has to come with it, or they close the connection.
  const last = Stream.sync(() => encoder.encode(Result.getOrElse(ending(), errorEvent)))
  return HttpServerResponse.stream(Stream.concat(keepingAlive(spoken), last), {
    headers: { ...streamHeaders, ...runHeadersOf(answer.runId, writer.progress()) },
  })
})

const streamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache",
  // nginx would hold back the text until its buffer is full.
  "x-accel-buffering": "no",
}

const encoder = new TextEncoder()

type BytesPull = Pull.Pull<Arr.NonEmptyReadonlyArray<Uint8Array>>

/** One write for everything that came in one read. */
const bytesOf = (pull: Pull.Pull<Arr.NonEmptyReadonlyArray<PlanEvent>>, { push }: ChunkWriter): BytesPull => {
  const next: BytesPull = Effect.flatMap(pull, (read) => {
    let text = ""
    for (const event of read) text += push(event)
    return text === "" ? next : Effect.succeed(Arr.of(encoder.encode(text)))
  })
  return next
}
