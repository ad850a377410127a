/**
 * Keys of messages: in the order of time, so that the newest hits of a search are read first and no others; and greater than
 * their parents', so that parents come before children, also where clocks were wrong.
 */
import type { DatabaseSync } from "node:sqlite"
import { preparing } from "./connection"

/** How many messages of one millisecond there is room for before they take the keys of the next. */
const slots = 1024
/** The greatest millisecond (year 2109) whose keys are safe integers. */
const latest = 2 ** 42

export interface Place {
  readonly createdAt: number
  readonly parentKey: number | undefined
}

/** A free key for a message. */
export const makeMessageKeys = (database: DatabaseSync): ((place: Place) => number) => {
  const last = preparing(database, "SELECT max(key) AS last FROM messages WHERE key >= ? AND key < ?")
  return ({ createdAt, parentKey = -1 }) => {
    const time = Math.min(Math.max(Math.floor(createdAt), 0), latest)
    for (let from = Math.max(time * slots, parentKey + 1); ;) {
      const end = (Math.floor(from / slots) + 1) * slots
      const taken = last().get(from, end)?.["last"]
      if (typeof taken !== "number") return from
      if (taken + 1 < end) return taken + 1
      from = end
    }
  }
}
