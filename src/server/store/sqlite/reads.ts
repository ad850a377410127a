/** Conversations, messages and runs as they are read. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import { compacted } from "@/services/conversations/compaction"
import type { ConversationStore, StoreError } from "@/services/conversations/ConversationStore"
import { decodeEvents, encodeEvents } from "@/services/conversations/eventCodec"
import { preparing, type Connection } from "./connection"
import type { EventLog, Wanted } from "./eventLog"
import * as Rows from "./rows"

type Store = ConversationStore["Service"]
type Reads = Pick<
  Store,
  "list" | "conversation" | "messages" | "branch" | "run" | "runningRuns" | "events" | "whole" | "ids"
>

export const makeReads = ({ database, sql, read, failure }: Connection, log: EventLog): Reads => {
  const conversationColumns = sql.literal(
    `id, title, pinned, created_at AS createdAt, updated_at AS updatedAt, leaf_id AS leafId, draft,
    EXISTS (SELECT 1 FROM runs WHERE conversation_key = conversations.key AND status = 'running') AS isRunning`,
  )
  const messageColumns = sql.literal(
    `messages.id, parent_id AS parentId, role, text, messages.created_at AS createdAt, origin`,
  )
  const runColumns = sql.literal(
    `runs.id, conversations.id AS conversationId, messages.id AS messageId, status, parameters,
      started_at AS startedAt, ended_at AS endedAt, starts
    FROM runs JOIN conversations ON conversations.key = runs.conversation_key
      JOIN messages ON messages.key = message_key`,
  )
  const keyOf = (id: string) => sql`(SELECT key FROM conversations WHERE id = ${id} AND deleted_at IS NULL)`

  const compactedEvents = preparing(database, "SELECT events FROM runs WHERE id = ?")
  const events = (wanted: Wanted): ReadonlyArray<PlanEvent> => {
    const { runId, from, limit } = wanted
    const json = log.read(wanted) ?? compactedEvents().get(runId)?.["events"] ?? "[]"
    const all = Result.getOrThrowWith(
      decodeEvents(String(json)),
      (why) => new Error(`the events of run ${runId} cannot be understood: ${why}`),
    )
    return all.filter(({ sequence }) => sequence >= from).slice(0, limit)
  }
  const allEvents = (runId: string) => events({ runId, from: 0, limit: Number.MAX_SAFE_INTEGER })

  const eventsToShow = ({ runId, status, events: ended }: typeof Rows.MessageRow.Type): string | null =>
    runId !== null && status === "interrupted" ? encodeEvents(compacted(allEvents(runId))) : ended

  /** Of several statements that must see the same state. */
  const together = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, StoreError> =>
    Effect.mapError(sql.withTransaction(effect), failure)

  const oneConversation = (id: string) =>
    Effect.map(
      conversationRows(
        sql`SELECT ${conversationColumns} FROM conversations WHERE id = ${id} AND deleted_at IS NULL`,
      ),
      (rows) => rows[0],
    )

  return {
    list: ({ limit, after }) => {
      const further =
        after === undefined
          ? sql.literal("TRUE")
          : sql`(pinned, updated_at, id) < (${after.pinned}, ${after.updatedAt}, ${after.id})`
      return conversationRows(
        sql`SELECT ${conversationColumns} FROM conversations WHERE deleted_at IS NULL AND ${further}
          ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT ${limit}`,
      ).pipe(
        Effect.map((rows) => rows.map(Rows.summaryOf)),
        Effect.mapError(failure),
      )
    },
    conversation: (id) =>
      oneConversation(id).pipe(
        Effect.map((row) => row && { summary: Rows.summaryOf(row), draft: row.draft }),
        Effect.mapError(failure),
      ),
    messages: (conversationId) =>
      together(
        messageRows(
          sql`SELECT ${messageColumns}, runs.id AS runId, status, started_at AS startedAt,
              parameters -> '$.preferredProvider' AS preferredProvider, events
            FROM messages LEFT JOIN runs ON message_key = messages.key
            WHERE messages.conversation_key = ${keyOf(conversationId)} ORDER BY messages.key`,
        ).pipe(
          Effect.flatMap((rows) =>
            Effect.try({
              try: () => rows.map((row) => Rows.messageOf(row, eventsToShow(row))),
              catch: failure,
            }),
          ),
        ),
      ),
    branch: (messageId) =>
      storedMessages(
        sql`WITH RECURSIVE way (key, parent) AS (
            SELECT key, parent_id FROM messages WHERE id = ${messageId}
            UNION ALL SELECT messages.key, parent_id FROM way CROSS JOIN messages ON messages.id = parent
          )
          SELECT ${messageColumns}, conversations.id AS conversationId
          FROM way CROSS JOIN messages USING (key) CROSS JOIN conversations ON conversations.key = conversation_key
          ORDER BY messages.key`,
      ).pipe(
        Effect.map((rows) => rows.map(Rows.storedMessageOf)),
        Effect.mapError(failure),
      ),
    run: (runId) =>
      runRows(sql`SELECT ${runColumns} WHERE runs.id = ${runId}`).pipe(
        Effect.map(([row]) => row && Rows.storedRunOf(row)),
        Effect.mapError(failure),
      ),
    runningRuns: runRows(
      sql`SELECT ${runColumns} WHERE status = 'running' AND deleted_at IS NULL ORDER BY started_at, runs.key`,
    ).pipe(
      Effect.map((rows) => rows.map(Rows.storedRunOf)),
      Effect.mapError(failure),
    ),
    events: (wanted) => read(() => events(wanted)),
    whole: (id) =>
      together(
        Effect.gen(function* () {
          const row = yield* oneConversation(id)
          if (row === undefined) return undefined
          const messages = yield* storedMessages(
            sql`SELECT ${messageColumns}, ${id} AS conversationId FROM messages
              WHERE conversation_key = ${keyOf(id)} ORDER BY messages.key`,
          )
          const runs = yield* runRows(
            sql`SELECT ${runColumns} WHERE runs.conversation_key = ${keyOf(id)} ORDER BY runs.key`,
          )
          return yield* Effect.try({
            try: () => ({
              conversation: Rows.storedConversationOf(row),
              messages: messages.map(Rows.storedMessageOf),
              runs: runs.map((run) => ({ ...Rows.storedRunOf(run), events: allEvents(run.id) })),
            }),
            catch: failure,
          })
        }),
      ),
    ids: idRows(sql`SELECT id FROM conversations WHERE deleted_at IS NULL ORDER BY created_at, key`).pipe(
      Effect.map((rows) => rows.map(({ id }) => id)),
      Effect.mapError(failure),
    ),
  }
}

const conversationRows = Rows.rowsOf(Rows.ConversationRow)
const messageRows = Rows.rowsOf(Rows.MessageRow)
const storedMessages = Rows.rowsOf(Rows.StoredMessageRow)
const runRows = Rows.rowsOf(Rows.RunRow)
const idRows = Rows.rowsOf(Schema.Struct({ id: Schema.String }))
