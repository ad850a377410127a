/** Archives that are sent in, and how far each of them is. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import { badArchive, tooLarge } from "@/services/conversations/archive/ArchivePart"
import { ConversationArchive } from "@/services/conversations/archive/ConversationArchive"
import { nothingRead, type ImportProgress } from "@/services/conversations/archive/ImportProgress"
import { limits } from "@/services/conversations/archive/limits"
import { ConversationError } from "@/services/conversations/ConversationError"
import { readArchive } from "./readArchive"
import { respondError } from "./respond"

type Request = HttpServerRequest.HttpServerRequest
type Response = HttpServerResponse.HttpServerResponse

export const defaults = {
  /** How long the rest of a file that is refused may take to arrive. */
  rest: Duration.seconds(30),
}

export const makeImports = Effect.map(ConversationArchive, (archive) => {
  const running = new Map<string, ImportProgress>()

  /** @param id to ask for its progress by. Whoever leaves ends the import. */
  const take = (request: Request, id: string): Effect.Effect<Response> => {
    if (Number(request.headers["content-length"] ?? 0) > limits.file)
      return Effect.succeed(respondError(badArchive(tooLarge), 413))
    return Effect.gen(function* () {
      let last = nothingRead
      const file = Stream.mapError(request.stream, (cause) => badArchive(brokenOff(cause)))
      yield* Stream.runForEach(archive.import(readArchive(file)), (progress) =>
        Effect.sync(() => {
          last = progress
          running.set(id, progress)
        }),
      ).pipe(Effect.mapError((error) => (last.read === 0 ? error : withWhatIsIn(error))))
      return respondProgress(last)
    }).pipe(
      Effect.catch((error) => Effect.as(readRest(request), respondError(error))),
      Effect.ensuring(Effect.sync(() => running.delete(id))),
    )
  }
  const progress = (id: string): Response => {
    const found = running.get(id)
    return found === undefined ? notRunning : respondProgress(found)
  }
  return { take, progress }
})

const respondProgress = (progress: ImportProgress): Response =>
  HttpServerResponse.jsonUnsafe(progress, { headers: { "cache-control": "no-store" } })

/** A browser reads no answer before it has sent everything; cut off, it would only say that the connection is lost. */
const readRest = (request: Request): Effect.Effect<void> =>
  Stream.runDrain(request.stream).pipe(Effect.timeoutOption(defaults.rest), Effect.ignore)

const brokenOff = ({ message }: Error): string => `The upload broke off: ${message}`

const withWhatIsIn = ({ reason, message, cause }: ConversationError): ConversationError =>
  new ConversationError({ reason, message: `${message} What was read before that is in.`, cause })

/** It has not begun, or it has ended: nothing to be alarmed about, as browsers are by a 404. */
const notRunning = HttpServerResponse.empty({ status: 204 })
