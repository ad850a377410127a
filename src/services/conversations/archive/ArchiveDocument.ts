/**
 * The file that conversations are exported to, and read back from:
 * `{"format": "commander-conversations", "version": 1, "exportedAt": "2026-11-24T…Z", "conversations": […]}`.
 */
import type * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { PlanEvent } from "../../ai/orchestration/PlanEvent"
import { RunParameters, RunStatus } from "../Conversation"
import type { WholeConversation } from "../ConversationStore"
import { notAnArchive } from "./ArchivePart"

export const archiveFormat = "commander-conversations"

/** Of what this Commander writes; it reads this one and those before it. */
const version = 1

/** Milliseconds since the epoch, within what a date can have. */
const Instant = Schema.Finite.check(Schema.isBetween({ minimum: -8.64e15, maximum: 8.64e15 }))

const ArchivedConversation = Schema.Struct({
  conversation: Schema.Struct({
    id: Schema.String,
    title: Schema.String,
    pinned: Schema.Boolean,
    createdAt: Instant,
    updatedAt: Instant,
    leafId: Schema.optionalKey(Schema.String),
    draft: Schema.String,
  }),
  messages: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      conversationId: Schema.String,
      parentId: Schema.optionalKey(Schema.String),
      role: Schema.Literals(["user", "assistant"]),
      text: Schema.String,
      createdAt: Instant,
      origin: Schema.optionalKey(Schema.String),
    }),
  ),
  runs: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      conversationId: Schema.String,
      messageId: Schema.String,
      status: RunStatus,
      parameters: RunParameters,
      startedAt: Instant,
      endedAt: Schema.optionalKey(Instant),
      starts: Schema.Int,
      events: Schema.Array(PlanEvent),
    }),
  ),
})

const encode = Schema.encodeEffect(Schema.fromJsonString(ArchivedConversation))

export const decodeConversation = Schema.decodeUnknownResult(ArchivedConversation)

/** One line of JSON. */
export const encodeConversation = (whole: WholeConversation): Effect.Effect<string, Schema.SchemaError> =>
  encode(whole)

/** @param exportedAt in milliseconds since the epoch */
export const beginningOf = (exportedAt: number): string =>
  `{"format":"${archiveFormat}","version":${version},"exportedAt":"${new Date(exportedAt).toISOString()}","conversations":[\n`

export const separator = ",\n"
export const ending = "\n]}\n"

const decodeHeader = Schema.decodeUnknownOption(
  Schema.Struct({
    format: Schema.Literal(archiveFormat),
    version: Schema.Int,
    conversations: Schema.Array(Schema.Unknown),
  }),
)

/** What is wrong with the file, by what is around its conversations. */
export const headerFlaw = (header: unknown): string | undefined => {
  const read = Option.getOrUndefined(decodeHeader(header))
  if (read === undefined) return notAnArchive
  if (read.version <= version) return undefined
  return "This export was written by a newer Commander; update this one and import it again."
}
