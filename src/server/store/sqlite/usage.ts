/** What runs that have ended used, summed up. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { UsageQuery } from "@/services/conversations/Conversation"
import type { ConversationStore } from "@/services/conversations/ConversationStore"
import type { Connection } from "./connection"
import { rowsOf } from "./rows"

const rows = rowsOf(
  Schema.Struct({
    key: Schema.String,
    label: Schema.String,
    attempts: Schema.Int,
    inputTokens: Schema.Int,
    outputTokens: Schema.Int,
    usd: Schema.Number,
    isComplete: Schema.Literals([0, 1]),
  }),
)

/** What is put together, and how it is named: once for each sum and not for every attempt. */
const groups: Readonly<
  Record<UsageQuery["by"], { group: string; key: string; label: string; order: string }>
> = {
  conversation: {
    group: "conversation_key",
    key: "(SELECT id FROM conversations WHERE conversations.key = conversation_key)",
    label: "(SELECT title FROM conversations WHERE conversations.key = conversation_key)",
    order: "6 DESC, 1",
  },
  day: {
    group: "CAST(ended_at / 86400000 AS INTEGER)",
    key: "strftime('%Y-%m-%d', min(ended_at) / 1000, 'unixepoch')",
    label: "strftime('%Y-%m-%d', min(ended_at) / 1000, 'unixepoch')",
    order: "1 DESC",
  },
  model: {
    group: "provider, model",
    key: "provider || '/' || model",
    label: "provider || '/' || model",
    order: "6 DESC, 1",
  },
}

export const makeUsage =
  ({ sql, failure }: Connection): ConversationStore["Service"]["usage"] =>
  ({ by, conversationId, since, limit }) => {
    const conditions = [
      sql`conversation_key NOT IN (SELECT key FROM conversations WHERE deleted_at IS NOT NULL)`,
      ...(conversationId === undefined
        ? []
        : [sql`conversation_key = (SELECT key FROM conversations WHERE id = ${conversationId})`]),
      ...(since === undefined ? [] : [sql`ended_at >= ${since}`]),
    ]
    const { group, key, label, order } = groups[by]
    return rows(
      sql`SELECT ${sql.literal(key)} AS key, ${sql.literal(label)} AS label, count(*) AS attempts,
          sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens, sum(usd) AS usd,
          min(is_complete) AS isComplete
        FROM attempts WHERE ${sql.and(conditions)}
        GROUP BY ${sql.literal(group)} ORDER BY ${sql.literal(order)} LIMIT ${limit}`,
    ).pipe(
      Effect.map((found) => found.map((row) => ({ ...row, isComplete: row.isComplete === 1 }))),
      Effect.mapError(failure),
    )
  }
