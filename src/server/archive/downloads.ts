/** Conversations as files that a browser saves. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import { archiveFormat } from "@/services/conversations/archive/ArchiveDocument"
import { endings, type ExportFormat } from "@/services/conversations/archive/archiveRoutes"
import { ConversationArchive } from "@/services/conversations/archive/ConversationArchive"
import { ConversationError } from "@/services/conversations/ConversationError"
import { ConversationStore } from "@/services/conversations/ConversationStore"
import { attachment, fileNameOf } from "./fileName"
import { respondError } from "./respond"

type Response = HttpServerResponse.HttpServerResponse

export const makeDownloads = Effect.gen(function* () {
  const archive = yield* ConversationArchive
  const store = yield* ConversationStore

  const titleOf = Effect.fnUntraced(function* (id: string) {
    const found = yield* Effect.mapError(
      store.conversation(id),
      (cause) => new ConversationError({ reason: "StoreFailed", message: cause.message, cause }),
    )
    return found === undefined ? yield* noChat : found.summary.title
  })
  const bodies = {
    json: (id: string) => archive.exportJson([id]),
    markdown: (id: string) => Stream.fromEffect(archive.exportMarkdown(id)),
  }
  return {
    all: Effect.map(Clock.currentTimeMillis, (now) =>
      respondFile(
        archive.exportJson(),
        `${archiveFormat}-${new Date(now).toISOString().slice(0, 10)}`,
        "json",
      ),
    ),
    one: (id: string, format: ExportFormat): Effect.Effect<Response> =>
      Effect.match(titleOf(id), {
        onSuccess: (title) => respondFile(bodies[format](id), title, format),
        onFailure: respondError,
      }),
  }
})

const contentTypes: Readonly<Record<ExportFormat, string>> = {
  json: "application/json",
  markdown: "text/markdown; charset=utf-8",
}

/** A download that breaks off ends without its last chunk: no browser takes it for whole. */
const respondFile = (
  body: Stream.Stream<string, ConversationError>,
  name: string,
  format: ExportFormat,
): Response =>
  HttpServerResponse.stream(Stream.encodeText(body), {
    headers: {
      "content-type": contentTypes[format],
      "content-disposition": attachment(fileNameOf(name, endings[format])),
      "cache-control": "no-store",
    },
  })

const noChat = new ConversationError({
  reason: "NotFound",
  message: "there is no such chat; it may have been deleted",
})
