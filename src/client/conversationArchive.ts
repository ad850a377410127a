/** Archives from the page: where to download them, and how to send one in. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { importAddress, importProgressAddress } from "@/services/conversations/archive/archiveRoutes"
import { badArchive, tooLarge } from "@/services/conversations/archive/ArchivePart"
import { ImportProgress } from "@/services/conversations/archive/ImportProgress"
import { limits } from "@/services/conversations/archive/limits"
import { ConversationError } from "@/services/conversations/ConversationError"

export { exportAddress } from "@/services/conversations/archive/archiveRoutes"

export const defaults = {
  /** How often the server is asked how far an import is. */
  poll: Duration.millis(300),
}

/**
 * Sends a file in and tells how far it is; the last value is the result. Leaving ends the import, and keeps what is in.
 * @param server the origin of the server; the page's own when empty
 */
export const importArchive = (file: Blob, server = ""): Stream.Stream<ImportProgress, ConversationError> =>
  Stream.unwrap(
    Effect.map(makeImportId, (id) =>
      Stream.merge(
        progressAt(server + importProgressAddress(id)),
        Stream.fromEffect(sent(file, server + importAddress(id))),
        { haltStrategy: "right" },
      ),
    ),
  )

/** Unlike the page's `crypto.randomUUID`, also where it comes over plain HTTP. */
const makeImportId = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, 2 ** 32), 4),
  (words) => `import_${words.map((word) => word.toString(16)).join("")}`,
)

const decodeProgress = Schema.decodeEffect(Schema.fromJsonString(ImportProgress))
const decodeError = Schema.decodeEffect(Schema.fromJsonString(ConversationError))

const sent = (file: Blob, address: string): Effect.Effect<ImportProgress, ConversationError> =>
  Effect.gen(function* () {
    // Refused by the server while it is being sent, it would only seem that the connection is lost.
    if (file.size > limits.file) return yield* badArchive(tooLarge)
    const { ok, text } = yield* fetched(address, { method: "POST", body: file })
    if (ok) return yield* Effect.mapError(decodeProgress(text), lost)
    return yield* Effect.flatMap(
      Effect.mapError(decodeError(text), () => refused(text)),
      Effect.fail,
    )
  })

/** What cannot be asked now is asked the next time; the answer to the file itself says what is wrong. */
const progressAt = (address: string): Stream.Stream<ImportProgress> =>
  Stream.tick(defaults.poll).pipe(
    Stream.mapEffect(() =>
      Effect.result(Effect.flatMap(fetched(address), ({ text }) => decodeProgress(text))),
    ),
    Stream.filterMap((answer) => answer),
  )

const fetched = (address: string, request: RequestInit = {}) =>
  Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(address, { ...request, signal })
      return { ok: response.ok, text: await response.text() }
    },
    catch: lost,
  })

const lost = (cause: unknown): ConversationError =>
  new ConversationError({
    reason: "Disconnected",
    message:
      "The connection to Commander was lost during the import. What was read before that is in; import the file again for the rest.",
    cause,
  })

/** Not by the import, but by what guards the server. */
const refused = (text: string): ConversationError =>
  new ConversationError({
    reason: "InvalidRequest",
    message: `The import was refused: ${text.trim().slice(0, 200)}`,
  })
