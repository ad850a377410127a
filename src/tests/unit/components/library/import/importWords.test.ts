/** What is told of an import. */
import { assert, describe, it } from "@effect/vitest"
import { formatBytes, outcomeOf, percentOf, unnamedFailures } from "@/components/library/import/importWords"
import type { ImportProgress } from "@/hooks/conversations/library"

const progress = (figures: Partial<ImportProgress>): ImportProgress => ({
  bytesRead: 0,
  read: 0,
  added: 0,
  alreadyHere: 0,
  failed: 0,
  failures: [],
  ...figures,
})

describe("an import", () => {
  it.each([
    [{}, "No chats were found in the file."],
    [{ read: 1, added: 1 }, "1 chat added."],
    [{ read: 1_204, added: 1_204 }, "1,204 chats added."],
    [
      { read: 6, added: 3, alreadyHere: 2, failed: 1 },
      "3 chats added · 2 already here · 1 could not be read.",
    ],
    [{ read: 2, failed: 2 }, "2 could not be read."],
  ])("says what came of it, without what there was none of", (figures, words) => {
    assert.strictEqual(outcomeOf(progress(figures)), words)
  })

  it.each([
    [0, 1_000, 0],
    [999, 1_000, 99],
    [1_000, 1_000, 100],
    // What encloses the file on its way may count too.
    [1_200, 1_000, 100],
    [0, 0, 100],
  ])("that has read %i of %i bytes is at %i %%", (bytesRead, size, percent) => {
    assert.strictEqual(percentOf(progress({ bytesRead }), size), percent)
  })

  it("counts the failures that it does not name", () => {
    const failures = [{ title: "Boats", why: "No messages." }]
    assert.strictEqual(unnamedFailures(progress({ failed: 4, failures })), 3)
    assert.strictEqual(unnamedFailures(progress({ failed: 1, failures })), 0)
  })

  it.each([
    [0, "0 kB"],
    [1, "1 kB"],
    [999_999, "1000 kB"],
    [3_450_000, "3.5 MB"],
  ])("writes %i bytes as %s", (bytes, words) => {
    assert.strictEqual(formatBytes(bytes), words)
  })
})
