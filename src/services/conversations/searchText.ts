/** Words in texts: where those that are looked for are, and a piece of the text around the first of them. Pure. */

/** [start, end) in UTF-16 code units. */
type Range = readonly [start: number, end: number]

/** What must occur: one word, or characters that follow each other in a script without spaces. */
interface Term {
  readonly words: ReadonlyArray<string>
  /** Whether the last word may go on. */
  readonly isOpen: boolean
}

export const defaults = {
  /** The length of a snippet, and how much of it may lie before the first match. */
  snippet: { length: 240, before: 60 },
}

/** Undefined when nothing is looked for. */
export const termsOf = (query: string): ReadonlyArray<Term> | undefined => {
  const phrases: Array<Array<string>> = []
  let previous: Word | undefined
  for (const word of wordsOf(query)) {
    const goesOn = previous?.isCharacter === true && word.isCharacter && previous.end === word.start
    if (goesOn) phrases.at(-1)?.push(word.folded)
    else phrases.push([word.folded])
    previous = word
  }
  if (phrases.length === 0) return undefined
  return phrases.map((words, index) => ({ words, isOpen: index === phrases.length - 1 }))
}

/** Where the terms are, in order; undefined unless all of them occur. */
export const rangesOf = (text: string, terms: ReadonlyArray<Term>): ReadonlyArray<Range> | undefined => {
  const folded = fold(text)
  // Most texts lack a term: that is seen without looking at every word of theirs.
  if (!terms.every(({ words }) => words.every((word) => folded.includes(word)))) return undefined
  const words = [...wordsOf(text)]
  const perTerm = terms.map((term) => words.flatMap((_, index) => rangeAt(words, index, term)))
  if (perTerm.some((ranges) => ranges.length === 0)) return undefined
  return withoutOverlaps(perTerm.flat())
}

/** A piece of the text with the first range in it, and the ranges as they lie in the piece. */
export const snippetOf = (
  text: string,
  ranges: ReadonlyArray<Range>,
): { readonly snippet: string; readonly matches: ReadonlyArray<Range> } => {
  const { length, before } = defaults.snippet
  const first = ranges[0]?.[0] ?? 0
  const from = text.length <= length ? 0 : characterAt(text, Math.max(0, first - before))
  const to = characterAt(text, Math.min(text.length, from + length))
  const lead = from > 0 ? "…" : ""
  const shift = lead.length - from
  return {
    snippet: lead + text.slice(from, to).replace(/\s/g, " ") + (to < text.length ? "…" : ""),
    matches: ranges
      .filter(([start]) => start >= from && start < to)
      .map(([start, end]): Range => [start + shift, Math.min(end, to) + shift]),
  }
}

interface Word {
  readonly folded: string
  readonly start: number
  readonly end: number
  /** In a script that is written without spaces, where every character counts as a word. */
  readonly isCharacter: boolean
}

const unspaced = ["Han", "Hira", "Kana", "Hang", "Thai", "Lao", "Khmr", "Mymr"]
  .map((script) => `\\p{scx=${script}}`)
  .join("")
const wordPattern = new RegExp(
  `(?<character>(?=\\p{L})[${unspaced}]\\p{M}*)|(?:(?!(?=\\p{L})[${unspaced}])[\\p{L}\\p{N}]\\p{M}*)+`,
  "gu",
)

export function* wordsOf(text: string): Generator<Word> {
  for (const match of text.matchAll(wordPattern)) {
    const [word] = match
    yield {
      folded: fold(word),
      start: match.index,
      end: match.index + word.length,
      isCharacter: match.groups?.character !== undefined,
    }
  }
}

/** Without case and diacritics. */
const fold = (text: string): string =>
  text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")

const rangeAt = (words: ReadonlyArray<Word>, index: number, term: Term): ReadonlyArray<Range> => {
  const last = term.words.length - 1
  const fits = term.words.every((wanted, offset) => {
    const word = words[index + offset]
    if (word === undefined) return false
    if (offset > 0 && words[index + offset - 1]?.end !== word.start) return false
    return term.isOpen && offset === last ? word.folded.startsWith(wanted) : word.folded === wanted
  })
  const [start, end] = [words[index]?.start, words[index + last]?.end]
  return fits && start !== undefined && end !== undefined ? [[start, end]] : []
}

const withoutOverlaps = (ranges: ReadonlyArray<Range>): ReadonlyArray<Range> => {
  const kept: Array<Range> = []
  for (const range of ranges.toSorted((one, other) => one[0] - other[0] || other[1] - one[1])) {
    if (range[0] >= (kept.at(-1)?.[1] ?? 0)) kept.push(range)
  }
  return kept
}

/** That position, or the one before where it lies inside a character. */
const characterAt = (text: string, position: number): number => {
  const unit = text.charCodeAt(position)
  return position > 0 && unit >= 0xdc00 && unit <= 0xdfff ? position - 1 : position
}
