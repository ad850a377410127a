/** Texts of made-up words that are as frequent as words are: the one of rank n is found once for every n of the first. */

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const consonants = "bcdfghjklmnpqrstvwxz"
const vowels = "aeiou"
export const letters = [...consonants]
export const syllables = letters.flatMap((letter) => [...vowels].map((vowel) => letter + vowel))

/** Frequent words are short, the most frequent has three letters, as `the` has; different ranks are different words. */
const wordOf = (rank: number): string => {
  if (rank < 40) return (syllables[rank] ?? "") + (["n", "", "yn"][rank % 3] ?? "")
  const length = rank < 1000 ? 2 : rank < 20_000 ? 3 : 4
  let rest = (rank * 7919) % syllables.length ** length
  let word = ""
  for (let syllable = 0; syllable < length; syllable += 1) {
    word += syllables[rest % syllables.length] ?? ""
    rest = Math.floor(rest / syllables.length)
  }
  return word
}

/** By rank; the rarest occur a few hundred times in 50 million words. */
export const vocabulary = Array.from({ length: 100_000 }, (_, rank) => wordOf(rank))
export const characters = Array.from({ length: 3000 }, (_, rank) => String.fromCodePoint(0x4e00 + rank * 5))

/** The frequencies of all ranks, log-uniform, are those of Zipf's law. */
const one = (ranked: ReadonlyArray<string>, random: () => number): string =>
  ranked[Math.floor(ranked.length ** random()) - 1] ?? ""

/** Sentences of 4 to 20 words, with a blank line after some. */
export const textOf = (words: number, random: () => number): string => {
  let text = ""
  for (let left = words, inSentence = 0; left > 0; left -= 1) {
    const word = one(vocabulary, random)
    text += inSentence === 0 ? word.charAt(0).toUpperCase() + word.slice(1) : word
    inSentence = inSentence > 3 && random() < 0.1 ? 0 : inSentence + 1
    text += inSentence > 0 && left > 1 ? " " : random() < 0.2 ? ".\n\n" : ". "
  }
  return text.trim()
}

/** As many characters as words of that number need. */
export const chineseOf = (words: number, random: () => number): string => {
  let text = ""
  for (let left = words * 2; left > 0; left -= 1)
    text += one(characters, random) + (random() < 0.08 ? "，" : "")
  return `${text}。`
}
