/** Keys of messages follow time, and parents. */
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { makeMessageKeys, type Place } from "@/server/store/sqlite/messageKeys"

/** The keys that messages get one after another. */
const keysOf = (places: ReadonlyArray<(keys: ReadonlyArray<number>) => Place>): ReadonlyArray<number> => {
  const database = new DatabaseSync(":memory:")
  database.exec("CREATE TABLE messages (key INTEGER PRIMARY KEY)")
  const freeKey = makeMessageKeys(database)
  const insert = database.prepare("INSERT INTO messages VALUES (?)")
  const keys: Array<number> = []
  for (const place of places) {
    const key = freeKey(place(keys))
    insert.run(key)
    keys.push(key)
  }
  database.close()
  return keys
}

const at = (createdAt: number) => (): Place => ({ createdAt, parentKey: undefined })

describe("message keys", () => {
  it("are in the order of time, whatever the order of adding", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 41 }), { maxLength: 30 }), (times) => {
        const keys = keysOf(times.map(at))
        const byTime = times
          .map((_, index) => index)
          .toSorted((one, other) => (times[one] ?? 0) - (times[other] ?? 0))
        const ordered = byTime.map((index) => keys[index] ?? 0)
        assert.deepStrictEqual(
          ordered,
          keys.toSorted((one, other) => one - other),
        )
      }),
      { seed: 1 },
    )
  })

  it("are greater than the parent's, safe integers and never twice the same, also where clocks are wrong", () => {
    const times = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom(-5, 0.5, 1e300, 8.64e15))
    fc.assert(
      fc.property(fc.array(times, { minLength: 1, maxLength: 40 }), (created) => {
        const keys = keysOf(
          created.map((createdAt, index) => (earlier) => ({
            createdAt,
            parentKey: index % 3 === 0 ? undefined : earlier.at(-1),
          })),
        )
        for (const [index, key] of keys.entries()) {
          assert.isTrue(Number.isSafeInteger(key))
          if (index % 3 !== 0) assert.isAbove(key, keys[index - 1] ?? 0)
        }
        assert.strictEqual(new Set(keys).size, keys.length)
      }),
      { seed: 2 },
    )
  })

  it("of more messages than a millisecond has room for go on in the next", () => {
    const keys = keysOf(Array.from({ length: 3000 }, () => at(7)))
    assert.deepStrictEqual(
      keys,
      Array.from({ length: 3000 }, (_, index) => 7 * 1024 + index),
    )
  })
})
