/** Rows as they are read, checked by schemas, and the columns that hold JSON. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { PreferredProviderConfig } from "@/services/ai/orchestration/AiPlan"
import {
  RunParameters,
  RunStatus,
  type ConversationSummary,
  type Message,
} from "@/services/conversations/Conversation"
import type { StoredConversation, StoredMessage, StoredRun } from "@/services/conversations/ConversationStore"

const nullable = <S extends Schema.Constraint>(schema: S) => Schema.NullOr(schema)
const Flag = Schema.Literals([0, 1])

export const ConversationRow = Schema.Struct({
  id: Schema.String,
  title: Schema.String,
  pinned: Flag,
  createdAt: Schema.Number,
  updatedAt: Schema.Number,
  isRunning: Flag,
  leafId: nullable(Schema.String),
  draft: Schema.String,
})
type ConversationRow = typeof ConversationRow.Type

export const storedConversationOf = (row: ConversationRow): StoredConversation => {
  const { isRunning: _, ...summary } = summaryOf(row)
  return { ...summary, draft: row.draft }
}

export const summaryOf = (row: ConversationRow): ConversationSummary => {
  const { id, title, createdAt, updatedAt, leafId } = row
  return {
    id,
    title,
    pinned: row.pinned === 1,
    createdAt,
    updatedAt,
    isRunning: row.isRunning === 1,
    ...(leafId === null ? {} : { leafId }),
  }
}

const messageFields = {
  id: Schema.String,
  parentId: nullable(Schema.String),
  role: Schema.Literals(["user", "assistant"]),
  text: Schema.String,
  createdAt: Schema.Number,
  origin: nullable(Schema.String),
}

export const StoredMessageRow = Schema.Struct({ ...messageFields, conversationId: Schema.String })

export const storedMessageOf = ({
  parentId,
  origin,
  ...row
}: typeof StoredMessageRow.Type): StoredMessage => ({
  ...row,
  ...(parentId === null ? {} : { parentId }),
  ...(origin === null ? {} : { origin }),
})

/** A message and, of an answer, its run. */
export const MessageRow = Schema.Struct({
  ...messageFields,
  runId: nullable(Schema.String),
  status: nullable(RunStatus),
  startedAt: nullable(Schema.Number),
  preferredProvider: nullable(Schema.fromJsonString(PreferredProviderConfig)),
  events: nullable(Schema.String),
})

/** @param events compacted, as JSON, of an answer whose run does not run */
export const messageOf = (row: typeof MessageRow.Type, events: string | null): Message => {
  const { id, parentId, role, text, createdAt, origin, runId, status, startedAt, preferredProvider } = row
  const message = {
    id,
    ...(parentId === null ? {} : { parentId }),
    role,
    text,
    createdAt,
    ...(origin === null ? {} : { origin }),
  }
  if (runId === null || status === null || startedAt === null || preferredProvider === null) return message
  const run = { id: runId, status, startedAt, preferredProvider, ...(events === null ? {} : { events }) }
  return { ...message, run }
}

export const RunRow = Schema.Struct({
  id: Schema.String,
  conversationId: Schema.String,
  messageId: Schema.String,
  status: RunStatus,
  parameters: Schema.fromJsonString(RunParameters),
  startedAt: Schema.Number,
  endedAt: nullable(Schema.Number),
  starts: Schema.Int,
})

export const storedRunOf = ({ endedAt, ...row }: typeof RunRow.Type): StoredRun => ({
  ...row,
  ...(endedAt === null ? {} : { endedAt }),
})

export const encodeParameters = Schema.encodeSync(Schema.fromJsonString(RunParameters))

/** The rows that a statement finds. */
export const rowsOf = <S extends Schema.Constraint>(row: S) => {
  const decode = Schema.decodeUnknownEffect(Schema.Array(row))
  return <E, R>(statement: Effect.Effect<ReadonlyArray<unknown>, E, R>) => Effect.flatMap(statement, decode)
}
