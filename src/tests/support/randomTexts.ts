/** Texts as models write them, made up from a seed: the same seed gives the same texts. */

/** 0 up to 1. */
export type Dice = () => number

/** Mulberry32: a small generator whose whole state is one 32-bit number. */
export const seededDice = (seed: number): Dice => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const whole = (dice: Dice, below: number): number => Math.floor(dice() * below)

export const oneOf = <A>(dice: Dice, [first, ...others]: readonly [A, ...ReadonlyArray<A>]): A =>
  [first, ...others][whole(dice, others.length + 1)] ?? first

type Fragments = readonly [string, ...ReadonlyArray<string>]

const words: Fragments = [
  "the capital of France",
  "is a city on the river Seine",
  "Hello",
  "don't",
  "42",
  "3.14",
  "a",
  "which",
  "naïve",
  "Straße",
  "привет, как дела",
  "שלום",
  "https://example.com/a/b?c=d",
  "snake_case_name",
]

const repetitive: Fragments = [
  "very very very",
  "no, no, no",
  "ha ha",
  "0, 0, 0, 0",
  "the same line again\nthe same line again",
  "row, row, row your boat",
  "好的好的好的",
  "}\n}\n}",
]

const symbols: Fragments = [
  "🙂",
  "👩‍🚀",
  "👨‍👩‍👧‍👦",
  "👍🏽",
  "🇨🇭🇫🇷",
  "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
  "❤️",
  "e\u0301te\u0301",
  "a\u0308\u0304",
  "क्षि",
  "שָׁלוֹם",
  "か\u3099",
  "𝐇𝐞𝐥𝐥𝐨",
]

const cjk: Fragments = [
  "你好，世界。",
  "東京は日本の首都です。",
  "カタカナ",
  "𠮷野家",
  "안녕하세요 세계",
  "今天天气很好",
]

const blocks: Fragments = [
  "```ts\nconst answer = 42\n```",
  "- one\n- two\n  - nested",
  "1. first\n2. second",
  "| a | b |\n|---|---|\n| 1 | 2 |",
  "> quoted",
  "    return value\n  }",
  "**bold** and `code`",
  "# Title",
]

const separators: Fragments = [" ", " ", " ", " ", "", "\n", "\n\n", ", ", ". ", "  ", "\t", "\r\n", "\u00a0"]

const kinds: readonly [Fragments, ...ReadonlyArray<Fragments>] = [
  words,
  words,
  repetitive,
  symbols,
  cjk,
  blocks,
]

const fragment = (dice: Dice): string =>
  dice() < 0.06
    ? oneOf(dice, ["=", "-", "a", " ", "\n", "🎉", "好", "e\u0301"]).repeat(1 + whole(dice, 24))
    : oneOf(dice, oneOf(dice, kinds))

/** Mostly of several kinds of writing; one in five says little, in other orders, and so repeats itself. */
export const randomText = (dice: Dice): string => {
  const count = 1 + whole(dice, 24)
  const few: Fragments = [fragment(dice), fragment(dice)]
  const repeatsItself = dice() < 0.2
  let text = ""
  for (let index = 0; index < count; index += 1) {
    text += (repeatsItself ? oneOf(dice, few) : fragment(dice)) + oneOf(dice, separators)
  }
  return text
}

/** The text cut anywhere, inside characters too; one in four unit by unit, and some pieces are empty. */
export const randomPieces = (dice: Dice, text: string): ReadonlyArray<string> => {
  const largest = oneOf(dice, [1, 3, 8, 40])
  const pieces: Array<string> = []
  for (let at = 0; at < text.length;) {
    const size = largest === 1 ? 1 : whole(dice, largest + 1)
    pieces.push(text.slice(at, at + size))
    at += size
  }
  return pieces
}
