/** How the list of chats is grouped and walked. */
import { assert, describe, it } from "@effect/vitest"
import { neighbourOf, reachedBy, rowsOf, startOfDay } from "@/components/library/list/chatRows"
import type { ChatEntry } from "@/hooks/conversations/library"

const local = (day: number, hour: number): number => new Date(2026, 10, day, hour).getTime()
const today = local(24, 0)

const chat = (id: string, updatedAt: number, pinned = false): ChatEntry => ({
  id,
  title: id,
  pinned,
  updatedAt,
  isRunning: false,
})

const shownAs = (chats: ReadonlyArray<ChatEntry>): ReadonlyArray<string> =>
  rowsOf(chats, today).map((row) => (row.kind === "heading" ? `# ${row.label}` : row.chat.id))

describe("the list of chats", () => {
  it.each([
    ["later than now, by another clock", local(25, 3), "Today"],
    ["at the first moment of the day", today, "Today"],
    ["at the last moment of the day before", today - 1, "Yesterday"],
    ["when yesterday began", local(23, 0), "Yesterday"],
    ["at the last moment before yesterday", local(23, 0) - 1, "Previous 7 days"],
    ["when the seventh day before began", local(17, 0), "Previous 7 days"],
    ["before that", local(17, 0) - 1, "Older"],
  ])("puts a chat of %s into its group", (_, updatedAt, label) => {
    assert.deepStrictEqual(shownAs([chat("a", updatedAt)]), [`# ${label}`, "a"])
  })

  it("shows pinned chats first, however old, and each group once in its order", () => {
    assert.deepStrictEqual(
      shownAs([
        chat("pinned", local(1, 0), true),
        chat("now", local(24, 9)),
        chat("also now", local(24, 8)),
        chat("old", local(2, 0)),
      ]),
      ["# Pinned", "pinned", "# Today", "now", "also now", "# Older", "old"],
    )
  })

  it("is empty without chats", () => {
    assert.deepStrictEqual(shownAs([]), [])
  })

  it("counts days, not hours, where a clock was changed", () => {
    const between = (daysBefore: number): string =>
      new Date(startOfDay(local(2, 12), daysBefore)).toDateString()
    assert.deepStrictEqual([0, 1, 9].map(between), [
      new Date(2026, 10, 2).toDateString(),
      new Date(2026, 10, 1).toDateString(),
      new Date(2026, 9, 24).toDateString(),
    ])
  })
})

describe("walking the list", () => {
  // # Pinned, a, # Today, b, c
  const rows = rowsOf([chat("a", today, true), chat("b", today), chat("c", today)], today)

  it.each([
    ["ArrowDown", 1, 3],
    ["ArrowDown", 3, 4],
    ["ArrowDown", 4, undefined],
    ["ArrowUp", 3, 1],
    ["ArrowUp", 1, undefined],
    ["Home", 4, 1],
    ["End", 1, 4],
    ["PageDown", 1, undefined],
  ])("%s leads from row %i to %s", (key, from, to) => {
    assert.strictEqual(reachedBy(key, rows, from), to)
  })

  it.each([
    ["a", "b"],
    ["b", "c"],
    ["c", "b"],
  ])("the neighbour of %s is %s", (id, neighbour) => {
    assert.strictEqual(neighbourOf(rows, id), neighbour)
  })

  it("finds no neighbour of an only chat", () => {
    assert.strictEqual(neighbourOf(rowsOf([chat("a", today)], today), "a"), undefined)
  })
})
