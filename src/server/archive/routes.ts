/** The doors for archives: conversations are downloaded, and files sent in. */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { paths, type ExportFormat } from "@/services/conversations/archive/archiveRoutes"
import type { ConversationArchive } from "@/services/conversations/archive/ConversationArchive"
import { Id } from "@/services/conversations/Conversation"
import { ConversationError } from "@/services/conversations/ConversationError"
import type { ConversationStore } from "@/services/conversations/ConversationStore"
import { makeDownloads } from "./downloads"
import { makeImports } from "./imports"
import { respondError } from "./respond"

export const layerArchiveRoutes: Layer.Layer<
  never,
  never,
  HttpRouter.HttpRouter | ConversationArchive | ConversationStore
> = Layer.effectDiscard(
  Effect.gen(function* () {
    const router = yield* HttpRouter.HttpRouter
    const { all, one } = yield* makeDownloads
    const { take, progress } = yield* makeImports
    const download = (format: ExportFormat) =>
      router.add(
        "GET",
        paths.exportOne(format),
        Effect.flatMap(idInPath, (id) => one(id, format)),
      )
    yield* router.add("GET", paths.exportAll, all)
    yield* download("json")
    yield* download("markdown")
    yield* router.add("POST", paths.import, (request) => Effect.flatMap(idInQuery, (id) => take(request, id)))
    yield* router.add("GET", paths.importProgress, Effect.map(idInPath, progress))
    // A GET that nobody takes would be answered with the page.
    yield* router.add("*", paths.all, Effect.succeed(respondError(notHere)))
  }),
)

/** Empty names nothing. */
const idInPath = Effect.map(HttpRouter.params, ({ id = "" }) => id)

const idInQuery = HttpServerRequest.schemaSearchParams(Schema.Struct({ id: Schema.optionalKey(Id) })).pipe(
  Effect.map(({ id = "" }) => id),
  Effect.orElseSucceed(() => ""),
)

const notHere = new ConversationError({ reason: "NotFound", message: "there is nothing at this address" })
