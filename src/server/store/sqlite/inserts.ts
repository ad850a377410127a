/** Adds rows to the tables, inside a transaction of the caller. */
import type { DatabaseSync } from "node:sqlite"
import { totalsOf } from "@/services/ai/orchestration/accounting"
import type { AttemptRecord } from "@/services/ai/orchestration/PlanEvent"
import {
  StoreError,
  type StoredConversation,
  type StoredMessage,
  type StoredRun,
} from "@/services/conversations/ConversationStore"
import { preparing } from "./connection"
import { makeMessageKeys } from "./messageKeys"
import { encodeParameters } from "./rows"

export interface EndedRun {
  readonly conversationKey: number
  readonly key: number
  readonly endedAt: number
  readonly attempts: ReadonlyArray<AttemptRecord>
}

export const makeInserts = (database: DatabaseSync) => {
  const conversation = preparing(
    database,
    `INSERT INTO conversations (id, title, pinned, created_at, updated_at, leaf_id, draft) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
      updated_at = excluded.updated_at, leaf_id = coalesce(excluded.leaf_id, leaf_id)
      WHERE deleted_at IS NULL
    RETURNING key`,
  )
  const keyOfMessage = preparing(database, "SELECT key FROM messages WHERE id = ?")
  const message = preparing(
    database,
    `INSERT INTO messages (key, id, conversation_key, parent_id, role, created_at, origin, text)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const run = preparing(
    database,
    `INSERT INTO runs
      (id, conversation_key, message_key, status, started_at, ended_at, starts, parameters, events)
    VALUES (?, ?, (SELECT key FROM messages WHERE id = ?), ?, ?, ?, ?, ?, ?)
    RETURNING key`,
  )
  const attempt = preparing(
    database,
    `INSERT INTO attempts
      (conversation_key, run_key, number, ended_at, provider, model, input_tokens, output_tokens, usd, is_complete)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const freeKey = makeMessageKeys(database)

  return {
    /** Of one that is there, only what a further turn changes. Returns its key. */
    conversation: ({ id, title, pinned, createdAt, updatedAt, leafId, draft }: StoredConversation): number =>
      keyIn(conversation().get(id, title, pinned ? 1 : 0, createdAt, updatedAt, leafId ?? null, draft)),
    message: (
      conversationKey: number,
      { id, parentId, role, createdAt, origin, text }: StoredMessage,
    ): void => {
      const parent = parentId === undefined ? undefined : keyOfMessage().get(parentId)
      const key = freeKey({ createdAt, parentKey: parent === undefined ? undefined : keyIn(parent) })
      message().run(key, id, conversationKey, parentId ?? null, role, createdAt, origin ?? null, text)
    },
    /** @param events compacted, as JSON, of a run that has ended. Returns its key. */
    run: (conversationKey: number, stored: StoredRun, events: string | null): number => {
      const { id, messageId, status, startedAt, endedAt, starts, parameters } = stored
      return keyIn(
        run().get(
          id,
          conversationKey,
          messageId,
          status,
          startedAt,
          endedAt ?? null,
          starts,
          encodeParameters(parameters),
          events,
        ),
      )
    },
    attempts: ({ conversationKey, key, endedAt, attempts }: EndedRun): void => {
      for (const [number, each] of attempts.entries()) {
        const { provider, model } = each.target
        const { inputTokens, outputTokens, usd, isComplete } = totalsOf([each])
        attempt().run(
          conversationKey,
          key,
          number,
          endedAt,
          provider,
          model,
          inputTokens,
          outputTokens,
          usd,
          isComplete ? 1 : 0,
        )
      }
    },
  }
}

type Row = Readonly<Record<string, unknown>>

/** The number in that column; fails where there is no row. */
export const keyIn = (row: Row | undefined, column = "key"): number => {
  const key = row?.[column]
  if (typeof key === "number") return key
  throw new StoreError({ reason: "Refused", message: "What was to be changed is not in the store." })
}
