import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import { defaults, rangesOf, snippetOf, termsOf } from "@/services/conversations/searchText"

const found = (text: string, query: string): ReadonlyArray<string> | undefined =>
  rangesOf(text, termsOf(query) ?? [])?.map(([start, end]) => text.slice(start, end))

describe("words", () => {
  it.each<[text: string, query: string, matches: ReadonlyArray<string> | undefined]>([
    ["the ferry to Oslo", "oslo ferry", ["ferry", "Oslo"]],
    ["ferries", "ferr", ["ferries"]],
    ["ferries to Oslo", "ferr oslo", undefined],
    ["Crème brûlée", "creme BRULEE", ["Crème", "brûlée"]],
    ["ΑΘΗΝΑ", "αθήνα", ["ΑΘΗΝΑ"]],
    ["error ENOENT: 404", "40 enoent", undefined],
    ["error ENOENT: 404", "enoent 404", ["ENOENT", "404"]],
    ["to be or not to be", "to be", ["to", "be", "to", "be"]],
    ["be better", "be", ["be", "better"]],
    ["snake_case and kebab-case", "case", ["case", "case"]],
    ["東京都に住む", "京都", ["京都"]],
    ["京の都", "京都", undefined],
    ["京 都", "京都", undefined],
    ["京都 の 旅", "旅 京都", ["京都", "旅"]],
    ["東京 2026年", "2026年", ["2026", "年"]],
    ["서울에서 부산까지", "부산", ["부산"]],
    ["ภาษาไทยง่าย", "ไทย", ["ไทย"]],
    ["ababa", "aba ababa", undefined],
  ])("of %s are found by %s: %s", (text, query, matches) => {
    expect(found(text, query)).toEqual(matches)
  })

  it("are not looked for where a query has none", () => {
    for (const query of ["", " ", "?!", "\u0301"]) expect(termsOf(query)).toBeUndefined()
  })

  it("are told once where terms overlap", () => {
    expect(found("京都京都", "京都 都京 京")).toEqual(["京都", "京都"])
  })

  it("are where they are said to be, whatever the text", () => {
    const word = fc.constantFrom("a", "É", "e\u0301", "👩‍🚀", "京", "都", " ", "\n", "-", "ﬁ", "İ", "ß", "x1")
    fc.assert(
      fc.property(fc.array(word, { maxLength: 400 }), fc.array(word, { maxLength: 3 }), (words, asked) => {
        const text = words.join("")
        const terms = termsOf(asked.join(""))
        const ranges = terms && rangesOf(text, terms)
        if (terms === undefined || ranges === undefined) return
        const { snippet, matches } = snippetOf(text, ranges)
        expect(matches.length).toBeGreaterThan(0)
        expect(snippet.length).toBeLessThanOrEqual(defaults.snippet.length + 2)
        expect(snippet).not.toMatch(/\p{Surrogate}/u)
        for (const [index, [start, end]] of matches.entries()) {
          const [from, to] = ranges[index] ?? [0, 0]
          expect(text.slice(from, to)).toContain(snippet.slice(start, end))
          expect(end).toBeGreaterThan(start)
        }
      }),
      { numRuns: 2000, seed: 4747 },
    )
  })
})

describe("a snippet", () => {
  const { length, before } = defaults.snippet
  const snippetFor = (text: string, query: string) =>
    snippetOf(text, rangesOf(text, termsOf(query) ?? []) ?? [])

  it("is a short text as it is, on one line", () => {
    expect(snippetFor("first\nneedle\tlast", "needle")).toEqual({
      snippet: "first needle last",
      matches: [[6, 12]],
    })
  })

  it("begins a little before the first match and says that there is more", () => {
    const { snippet, matches } = snippetFor(`${"x ".repeat(500)}needle${" y".repeat(500)}`, "needle")
    expect(matches).toEqual([[before + 1, before + 7]])
    expect(snippet).toMatch(/^….*…$/)
    expect(snippet).toHaveLength(length + 2)
  })

  it("shows of a match that is longer only as much as there is room for", () => {
    const { snippet, matches } = snippetFor("needle".repeat(1000), "needle")
    expect(matches).toEqual([[0, length]])
    expect(snippet).toHaveLength(length + 1)
  })

  it("does not cut a character in two", () => {
    const { snippet } = snippetFor(`${"🦊".repeat(50)}${" ".repeat(9)}needle ${"🦊".repeat(300)}`, "needle")
    expect(snippet).not.toMatch(/\p{Surrogate}/u)
  })
})
