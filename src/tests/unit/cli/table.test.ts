import { assert, describe, it } from "@effect/vitest"
import { table } from "@/cli/table"

describe("table", () => {
  it("aligns columns of different lengths, without white space at the end", () => {
    assert.deepStrictEqual(table([["a", "bb", "1"], ["ccc"], ["d", "e", "22"]], { right: new Set([2]) }), [
      "  a    bb   1",
      "  ccc",
      "  d    e   22",
    ])
  })

  it("of nothing is nothing", () => {
    assert.deepStrictEqual(table([]), [])
  })
})
