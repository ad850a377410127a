/** All that changes the database, each in one transaction of prepared statements. */
import type { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import type { AttemptRecord, PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import type { ConversationStore, WholeConversation } from "@/services/conversations/ConversationStore"
import { encodeEvents } from "@/services/conversations/eventCodec"
import { preparing, type Connection, type OnRollback } from "./connection"
import type { EventLog } from "./eventLog"
import { keyIn, makeInserts } from "./inserts"

type Store = ConversationStore["Service"]
type Writes = Pick<
  Store,
  "begin" | "append" | "finish" | "setStatus" | "update" | "setDeleted" | "purge" | "put"
>

export const makeWrites = ({ database, read, write }: Connection, log: EventLog): Writes => {
  const insert = makeInserts(database)
  const endRun = preparing(
    database,
    `UPDATE runs SET status = ?, ended_at = ?, events = ?
    WHERE id = ? AND status IN ('running', 'interrupted')
    RETURNING key, conversation_key AS conversationKey, message_key AS messageKey`,
  )
  const setText = preparing(database, "UPDATE messages SET text = ? WHERE key = ?")
  const touch = preparing(database, "UPDATE conversations SET updated_at = ? WHERE key = ?")
  const forgetAttempts = preparing(
    database,
    "DELETE FROM attempts WHERE conversation_key = ? AND run_key = ?",
  )
  const setStatus = preparing(
    database,
    `UPDATE runs SET status = ?, starts = starts + ?
    WHERE id = ? AND status IN ('running', 'interrupted') RETURNING key`,
  )
  const update = preparing(
    database,
    `UPDATE conversations SET
      title = coalesce(?, title), pinned = coalesce(?, pinned), leaf_id = coalesce(?, leaf_id), draft = coalesce(?, draft)
    WHERE id = ? AND deleted_at IS NULL`,
  )
  const setDeleted = preparing(database, "UPDATE conversations SET deleted_at = ? WHERE id = ?")
  const dropWhere = (condition: string) => {
    const runs = preparing(
      database,
      `SELECT id FROM runs WHERE status IN ('running', 'interrupted')
      AND conversation_key IN (SELECT key FROM conversations WHERE ${condition})`,
    )
    const conversations = preparing(database, `DELETE FROM conversations WHERE ${condition}`)
    return (value: string | number, onRollback: OnRollback): number => {
      const runIds = runs()
        .all(value)
        .map(({ id }) => String(id))
      const { changes } = conversations().run(value)
      log.remove(runIds, onRollback)
      return Number(changes)
    }
  }
  const dropOne = dropWhere("id = ?")
  const dropDeletedBefore = dropWhere("deleted_at < ?")

  const putRun = (
    conversationKey: number,
    { events, ...run }: WholeConversation["runs"][number],
    onRollback: OnRollback,
  ) => {
    const goesOn = run.status === "running" || run.status === "interrupted"
    const key = insert.run(conversationKey, run, goesOn ? null : encodeEvents(events))
    if (goesOn) {
      log.add({ id: run.id, key }, onRollback)
      log.append([{ runId: run.id, events }], onRollback)
    } else if (run.endedAt !== undefined)
      insert.attempts({ conversationKey, key, endedAt: run.endedAt, attempts: attemptsOf(events) })
  }

  return {
    begin: ({ conversation, messages, run }) =>
      write((onRollback) => {
        const conversationKey = insert.conversation(conversation)
        for (const message of messages) insert.message(conversationKey, message)
        log.add({ id: run.id, key: insert.run(conversationKey, run, null) }, onRollback)
      }, "power"),
    append: (batch) => write((onRollback) => log.append(batch, onRollback)),
    finish: ({ runId, status, endedAt, events, text, attempts }) =>
      write((onRollback) => {
        const row = endRun().get(status, endedAt, encodeEvents(events), runId)
        const key = keyIn(row)
        const conversationKey = keyIn(row, "conversationKey")
        setText().run(text, keyIn(row, "messageKey"))
        touch().run(endedAt, conversationKey)
        forgetAttempts().run(conversationKey, key)
        insert.attempts({ conversationKey, key, endedAt, attempts })
        log.remove([runId], onRollback)
      }, "power"),
    setStatus: (runId, status) =>
      write(() => {
        keyIn(setStatus().get(status, status === "running" ? 1 : 0, runId))
      }),
    update: (id, { title, pinned, leafId, draft }) =>
      write(() => {
        const isPinned = pinned === undefined ? null : Number(pinned)
        return update().run(title ?? null, isPinned, leafId ?? null, draft ?? null, id).changes === 1
      }),
    setDeleted: (id, at) => write(() => setDeleted().run(at ?? null, id).changes === 1),
    purge: (deletedBefore) =>
      Effect.flatMap(
        write((onRollback) => overwriting(database, () => dropDeletedBefore(deletedBefore, onRollback))),
        // The log of changes still has what was overwritten.
        (dropped) =>
          dropped === 0 ? Effect.void : read(() => database.exec("PRAGMA wal_checkpoint(TRUNCATE)")),
      ),
    put: ({ conversation, messages, runs }) =>
      write((onRollback) => {
        dropOne(conversation.id, onRollback)
        const conversationKey = insert.conversation(conversation)
        for (const message of messages) insert.message(conversationKey, message)
        for (const run of runs) putRun(conversationKey, run, onRollback)
      }),
  }
}

/** What is deleted meanwhile is overwritten with zeros; otherwise SQLite leaves it in the file until the place is used again. */
const overwriting = <A>(database: DatabaseSync, body: () => A): A => {
  database.exec("PRAGMA secure_delete = ON")
  try {
    return body()
  } finally {
    database.exec("PRAGMA secure_delete = OFF")
  }
}

/** Of a run that has ended. */
const attemptsOf = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<AttemptRecord> => {
  const last = events.at(-1)
  return last?.type === "plan-completed" || last?.type === "plan-failed" ? last.attempts : []
}
