/** What the palette finds, marks and dates. */
import { assert, describe, it } from "@effect/vitest"
import { matching } from "@/components/library/search/commands"
import { piecesOf } from "@/components/library/search/highlight"
import { formatWhen } from "@/components/library/search/when"

const marked = (text: string, matches: ReadonlyArray<readonly [number, number]>): string =>
  piecesOf(text, matches)
    .map((piece) => (piece.isMatch ? `[${piece.text}]` : piece.text))
    .join("")

describe("the marks in what was found", () => {
  it.each([
    ["nothing", [], "ferry to Oslo"],
    ["a word in the middle", [[6, 8]], "ferry [to] Oslo"],
    [
      "the first and the last word, in any order",
      [
        [9, 13],
        [0, 5],
      ],
      "[ferry] to [Oslo]",
    ],
    [
      "what overlaps, once",
      [
        [0, 8],
        [6, 13],
      ],
      "[ferry to][ Oslo]",
    ],
    [
      "only what there is",
      [
        [9, 99],
        [40, 50],
      ],
      "ferry to [Oslo]",
    ],
    ["nothing that ends before it begins", [[8, 6]], "ferry to Oslo"],
  ] as const)("are on %s", (_, matches, expected) => {
    const pieces = marked("ferry to Oslo", matches)
    assert.strictEqual(pieces, expected)
    assert.strictEqual(pieces.replaceAll(/[[\]]/g, ""), "ferry to Oslo")
  })
})

describe("the commands of the palette", () => {
  it.each([
    ["", ["newChat", "import", "export", "usage", "theme"]],
    ["chat", ["newChat", "import", "export"]],
    ["ALL exp", ["export"]],
    ["dark", ["theme"]],
    ["hat", []],
  ])("are found by the beginnings of their words: “%s”", (typed, expected) => {
    assert.deepStrictEqual(
      matching(typed).map(({ id }) => id),
      expected,
    )
  })
})

describe("when something was", () => {
  const now = new Date(2026, 2, 1, 12).getTime()
  it.each([
    ["today", new Date(2026, 2, 1, 9, 5), /^9:05\sAM$/],
    ["yesterday", new Date(2026, 1, 28, 23, 59), /^Yesterday$/],
    ["this year", new Date(2026, 1, 27), /^Feb 27$/],
    ["before", new Date(2025, 11, 31), /^Dec 31, 2025$/],
  ])("is told as short as it can be: %s", (_, at, expected) => {
    assert.match(formatWhen(at.getTime(), now), expected)
  })
})
