/**
 * The events of runs that have not ended. Every token passes here, so rows are only ever added at the end of one table without
 * an index: 200 runs that write at once then fill a few pages a commit in the place of 200 (measured: 1 µs against 4 to 9 µs
 * a token). Which rows are a run's is known in memory, and found out anew when the database is opened.
 */
import type { DatabaseSync } from "node:sqlite"
import { StoreError, type LoggedEvents } from "@/services/conversations/ConversationStore"
import { encodeEvents } from "@/services/conversations/eventCodec"
import { preparing, type OnRollback } from "./connection"

export const defaults = {
  /** So many rows of ended runs may lie between those of runs that go on, and at least twice as many as the latter. */
  garbage: 20_000,
}

/** All of it inside a transaction of the caller. */
export interface EventLog {
  readonly add: (run: { readonly id: string; readonly key: number }, onRollback: OnRollback) => void
  readonly append: (batch: ReadonlyArray<LoggedEvents>, onRollback: OnRollback) => void
  /** Forgets the runs' events, of those that have any. */
  readonly remove: (runIds: ReadonlyArray<string>, onRollback: OnRollback) => void
  /** JSON of at least those events, where there are so many; undefined when the run has no log. */
  readonly read: (wanted: Wanted) => string | undefined
}

export interface Wanted {
  readonly runId: string
  /** The number of the first event. */
  readonly from: number
  readonly limit: number
}

interface Log {
  readonly runKey: number
  readonly rows: Array<Row>
  /** The number of its next event; undefined before the first. */
  next: number | undefined
}

interface Row {
  readonly key: number
  /** The number of its last event. */
  readonly last: number
}

export const makeEventLog = (database: DatabaseSync): EventLog => {
  const insert = preparing(database, "INSERT INTO run_events (run_key, last, events) VALUES (?, ?, ?)")
  const select = preparing(
    database,
    `SELECT group_concat(substr(events, 2, length(events) - 2), ',' ORDER BY key) AS events
    FROM run_events WHERE key IN (SELECT value FROM json_each(?))`,
  )
  const logs = load(database)
  const sweep = makeSweep(database, logs)

  const appendOne = ({ runId, events }: LoggedEvents, onRollback: OnRollback): void => {
    const log = logs.get(runId)
    if (log === undefined) throw failed(`No run ${runId} is going on.`)
    const [first, last] = [events[0], events.at(-1)]
    if (first === undefined || last === undefined) return
    const next = log.next
    if (next !== undefined && first.sequence !== next)
      throw failed(`Run ${runId} goes on with event ${next}, not with ${first.sequence}.`)
    const { lastInsertRowid } = insert().run(log.runKey, last.sequence, encodeEvents(events))
    log.rows.push({ key: Number(lastInsertRowid), last: last.sequence })
    log.next = last.sequence + 1
    onRollback(() => {
      log.rows.pop()
      log.next = next
    })
  }

  return {
    add: ({ id, key }, onRollback) => {
      logs.set(id, { runKey: key, rows: [], next: undefined })
      onRollback(() => logs.delete(id))
    },
    append: (batch, onRollback) => {
      for (const logged of batch) appendOne(logged, onRollback)
    },
    remove: (runIds, onRollback) => {
      const removed = runIds.flatMap((runId) => {
        const log = logs.get(runId)
        if (log === undefined) return []
        logs.delete(runId)
        onRollback(() => logs.set(runId, log))
        return [log]
      })
      sweep(removed, onRollback)
    },
    read: ({ runId, from, limit }) => {
      const rows = logs.get(runId)?.rows
      if (rows === undefined) return undefined
      const keys = rows
        .filter(({ last }, index) => last >= from && (rows[index - 1]?.last ?? -1) + 1 < from + limit)
        .map(({ key }) => key)
      const joined = keys.length === 0 ? null : select().get(JSON.stringify(keys))?.["events"]
      return `[${typeof joined === "string" ? joined : ""}]`
    },
  }
}

/** Those of runs that were running or interrupted when the database was closed or its process died. */
const load = (database: DatabaseSync): Map<string, Log> => {
  const logs = new Map<string, Log>()
  const unfinished = "SELECT key, id FROM runs WHERE status IN ('running', 'interrupted')"
  const byKey = new Map<unknown, Log>()
  for (const { key, id } of database.prepare(unfinished).iterate()) {
    const log: Log = { runKey: Number(key), rows: [], next: undefined }
    logs.set(String(id), log)
    byKey.set(key, log)
  }
  database.exec(`DELETE FROM run_events WHERE run_key NOT IN (SELECT key FROM (${unfinished}))`)
  for (const { key, run_key, last } of database
    .prepare("SELECT key, run_key, last FROM run_events ORDER BY key")
    .iterate()) {
    const log = byKey.get(run_key)
    if (log === undefined) continue
    log.rows.push({ key: Number(key), last: Number(last) })
    log.next = Number(last) + 1
  }
  return logs
}

/**
 * Deletes rows that no run has any more. Those before the first row that is wanted lie in pages of their own and cost little;
 * those between the rows of others are left until they are so many that looking through all rows is worth it.
 */
const makeSweep = (database: DatabaseSync, logs: ReadonlyMap<string, Log>) => {
  const all = preparing(database, "DELETE FROM run_events")
  const before = preparing(database, "DELETE FROM run_events WHERE key < ?")
  const unwanted = preparing(
    database,
    "DELETE FROM run_events WHERE run_key NOT IN (SELECT value FROM json_each(?))",
  )
  /** How many rows are to be deleted. */
  let garbage = 0
  return (removed: ReadonlyArray<Log>, onRollback: OnRollback): void => {
    const earlier = garbage
    onRollback(() => {
      garbage = earlier
    })
    garbage += rowsOf(removed)
    const wanted = [...logs.values()]
    const first = wanted.reduce((key, { rows }) => Math.min(key, rows[0]?.key ?? Infinity), Infinity)
    const { changes } = first === Infinity ? all().run() : before().run(first)
    garbage -= Number(changes)
    if (garbage <= Math.max(defaults.garbage, 2 * rowsOf(wanted))) return
    unwanted().run(JSON.stringify(wanted.map(({ runKey }) => runKey)))
    garbage = 0
  }
}

const rowsOf = (logs: ReadonlyArray<Log>): number => logs.reduce((sum, { rows }) => sum + rows.length, 0)

const failed = (message: string): StoreError => new StoreError({ reason: "Refused", message })
