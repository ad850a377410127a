/** Conversations out of the house and into it. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { ConversationError } from "../ConversationError"
import type { ArchivePart } from "./ArchivePart"
import type { ImportProgress } from "./ImportProgress"

export class ConversationArchive extends Context.Service<
  ConversationArchive,
  {
    /** The document of these conversations, else of all, in pieces; one conversation at a time is in memory. */
    readonly exportJson: (ids?: ReadonlyArray<string>) => Stream.Stream<string, ConversationError>
    /** The branch that is shown, for people. */
    readonly exportMarkdown: (id: string) => Effect.Effect<string, ConversationError>
    /**
     * Takes conversations in as they come, each whole or not at all, and tells how far it is; the last value is the result.
     * Leaving it ends the import. What is in when it ends or fails stays in, and every viewer reads anew.
     */
    readonly import: (
      parts: Stream.Stream<ArchivePart, ConversationError>,
    ) => Stream.Stream<ImportProgress, ConversationError>
  }
>()("ConversationArchive") {}
