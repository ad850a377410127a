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

const keys: Readonly<Record<UsageQuery["by"], string>> = {
  conversation: "conversations.id",
  day: "strftime('%Y-%m-%d', ended_at / 1000, 'unixepoch')",
  model: "provider || '/' || model",
}

export const makeUsage =
  ({ sql, failure }: Connection): ConversationStore["Service"]["usage"] =>
  ({ by, conversationId, since, limit }) => {
    const conditions = [
      sql`deleted_at IS NULL`,
      ...(conversationId === undefined ? [] : [sql`conversations.id = ${conversationId}`]),
      ...(since === undefined ? [] : [sql`ended_at >= ${since}`]),
    ]
    const key = sql.literal(keys[by])
    return rows(
      sql`SELECT ${key} AS key, ${by === "conversation" ? sql.literal("title") : key} AS label, count(*) AS attempts,
          sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens, sum(usd) AS usd,
          min(is_complete) AS isComplete
        FROM attempts JOIN conversations ON conversations.key = conversation_key
        WHERE ${sql.and(conditions)}
        GROUP BY 1 ORDER BY ${sql.literal(by === "day" ? "key DESC" : "usd DESC, key")} LIMIT ${limit}`,
    ).pipe(
      Effect.map((found) => found.map((row) => ({ ...row, isComplete: row.isComplete === 1 }))),
      Effect.mapError(failure),
    )
  }
