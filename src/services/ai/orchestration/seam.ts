/**
 * Joins a text that was seen with the new text of a rescuer that was asked to continue it, so that nothing seen is shown
 * again. Pure and total; fed part by part, it holds back only what it needs to decide, in time linear in both texts.
 */

export type SeamMode = "prefill" | "instruction"

export interface SeamOptions {
  /** What was seen. A rescuer that is given it as a prefill is given it without its trailing white space. */
  readonly prefix: string
  readonly mode: SeamMode
}

export interface Seam {
  /** The text that can be handed on now; may be "". */
  readonly push: (text: string) => string
  /** What is still held back, when the rescuer has finished. Call once. */
  readonly end: () => string
}

export const defaults = {
  /** A repetition has one of these at least; what is shorter may be the answer's own, and is left as it came. */
  minimumWords: 3,
  minimumCharacters: 16,
  minimumCjkCharacters: 8,
  /**
   * A new text that starts over and then goes another way, or ends, before it reaches the cut loses its known beginning
   * when that has so many times the minimum. Steps and table rows may begin alike for less than that, and to lose text
   * that nobody has seen is worse than to show a line twice.
   */
  divergedTimes: 4,
}

export const makeSeam = ({ prefix, mode }: SeamOptions): Seam => {
  const seen = prefix.trim()
  const seenWhiteSpace = prefix.slice(prefix.trimEnd().length)
  const latestStart = seen.length - repetitionLength(seen, "end", 1)
  const search = makeSearch(seen, mode === "prefill" ? Math.min(latestStart, 0) : latestStart)
  let stage: Stage
  let held = ""
  let leading = 0
  let repeated = ""
  let half = ""

  const goOn = (next: Stage, text: string, isLast: boolean): string => {
    stage = next
    held = ""
    return next(text, isLast)
  }

  /** Until it is known how much of the new text repeats what was seen. White space before it is of no account. */
  const compare: Stage = (text, isLast) => {
    held += text
    const from = search.isEmpty() ? text.length - text.trimStart().length : 0
    leading += from
    // A text that begins inside a character goes on with it, and repeats nothing.
    if (search.isEmpty() && insideCharacter.test(text.charAt(from))) return goOn(join, held, isLast)
    let isDecided = false
    for (let at = from; at < text.length && !isDecided; at += 1) isDecided = search.add(text.charCodeAt(at))
    if (!isDecided && !isLast) return ""
    if (!isDecided) search.finish()
    const length = search.overlap() > 0 ? search.overlap() : sharedBeginning()
    repeated = length === 0 ? "" : held.slice(0, leading + length)
    return goOn(join, held.slice(repeated.length), isLast)
  }

  const sharedBeginning = (): number => {
    const shared = search.shared()
    if (shared < repetitionLength(seen, "start", defaults.divergedTimes)) return 0
    const fresh = held.slice(leading)
    const isBetweenWords = whiteSpace.test(fresh.charAt(shared)) && whiteSpace.test(seen.charAt(shared))
    return shared === fresh.length || isBetweenWords ? shared : wordStart(fresh, shared)
  }

  /** White space at the joint stays as the first text had it; the new text only adds to it. */
  const join: Stage = (text, isLast) => {
    held += text
    const mayBeWhiteSpace = text.trimStart() === "" && held.length < seenWhiteSpace.length
    if (mayBeWhiteSpace && !isLast) return ""
    const isOtherWord = seenWhiteSpace !== "" && goesOnInWord(repeated, held)
    const rest = isOtherWord ? (repeated + held).slice(wordStart(repeated + held, repeated.length)) : held
    const newWhiteSpace = rest.slice(0, rest.length - rest.trimStart().length)
    return goOn(pass, rest.slice(repeatedWhiteSpace(seenWhiteSpace, newWhiteSpace)), isLast)
  }

  const pass: Stage = (text, isLast) => {
    const all = half + text
    half = !isLast && halfPair.test(all.slice(-1)) ? all.slice(-1) : ""
    return all.slice(0, all.length - half.length)
  }

  stage = latestStart < 0 ? join : compare
  return { push: (text) => stage(text, false), end: () => stage("", true) }
}

/** Whether a text is long enough to be known as a repetition where it comes again. */
export const isRecognisable = (text: string): boolean =>
  Number.isFinite(repetitionLength(text.trim(), "end", 1))

/** Takes the next text, and returns what can be handed on. */
type Stage = (text: string, isLast: boolean) => string

const whiteSpace = /^\s/
const letterOrDigit = /^[\p{L}\p{N}]/u
const endsInLetterOrDigit = /[\p{L}\p{N}]$/u
const cjk = /^(?!\p{M})[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\uff00-\uffef]/u
/** What belongs to the character before it; U+DB40 begins only variation selectors and tags. */
const insideCharacter = /^[\p{M}\p{Emoji_Modifier}\u200d\udc00-\udfff\udb40]/u
const halfPair = /[\ud800-\udbff]/

/**
 * How many UTF-16 units from the start or the end of the text make so many times the shortest repetition; infinite where
 * the whole text does not. Whole words count, and characters without the marks upon them.
 */
const repetitionLength = (text: string, from: "start" | "end", times: number): number => {
  const step = from === "start" ? 1 : -1
  let words = 0
  let characters = 0
  let cjkCharacters = 0
  let isWord = false
  for (let length = 1; length <= text.length; length += 1) {
    const at = from === "start" ? length - 1 : text.length - length
    const character = text.slice(at, at + 2)
    isWord ||= letterOrDigit.test(character)
    if (isWord && whiteSpace.test(text[at + step] ?? " ")) {
      words += 1
      isWord = false
    }
    if (!insideCharacter.test(character)) characters += 1
    if (cjk.test(character)) cjkCharacters += 1
    const isLong =
      words >= times * defaults.minimumWords ||
      characters >= times * defaults.minimumCharacters ||
      cjkCharacters >= times * defaults.minimumCjkCharacters
    if (isLong) return length
  }
  return Number.POSITIVE_INFINITY
}

/** Where the word that `at` lies in begins, with the white space before it. Each CJK character is a word. */
const wordStart = (text: string, at: number): number => {
  let start = at
  while (start > 0 && !isBoundary(text.charAt(start - 1))) start -= 1
  while (start > 0 && insideCharacter.test(text.charAt(start))) start -= 1
  while (start > 0 && whiteSpace.test(text.charAt(start - 1))) start -= 1
  return start
}

const isBoundary = (unit: string): boolean => whiteSpace.test(unit) || cjk.test(unit)

/** Of one unit only: a decision must not hang on how the text is cut into parts. */
const goesOnInWord = (before: string, after: string): boolean =>
  insideCharacter.test(after.charAt(0)) ||
  (endsInLetterOrDigit.test(before.slice(-2)) && letterOrDigit.test(after.charAt(0)))

/** How much of the new white space is the end, or the beginning, of the white space that was seen. */
const repeatedWhiteSpace = (seen: string, fresh: string): number => {
  const search = makeSearch(seen, seen.length)
  for (let at = 0; at < fresh.length; at += 1) search.add(fresh.charCodeAt(at))
  search.finish()
  return Math.max(search.overlap(), search.shared())
}

interface Search {
  readonly isEmpty: () => boolean
  /** Takes the next unit of the new text; whether the outcome is certain. */
  readonly add: (unit: number) => boolean
  /** No more of the new text will come. */
  readonly finish: () => void
  /** The longest beginning of the new text with which what was seen ends; 0 where it starts too late. */
  readonly overlap: () => number
  /** How long the new text is the same as the beginning of what was seen. */
  readonly shared: () => number
}

/** The search of Knuth, Morris and Pratt, through what was seen, for a pattern that is still coming in. */
const makeSearch = (seen: string, latestStart: number): Search => {
  const pattern: Array<number> = []
  /** At n, the longest beginning of the first n units with which they end too, less than all. */
  const borders: Array<number> = [0]
  let at = 0
  let matched = 0
  let shared = 0

  const isDecided = (): boolean => at === seen.length || at - matched > latestStart

  const extended = (length: number, unit: number): number => {
    let border = length
    while (border > 0 && pattern[border] !== unit) border = borders[border] ?? 0
    return pattern[border] === unit ? border + 1 : border
  }

  const takeNext = (): void => {
    matched = extended(matched, seen.charCodeAt(at))
    at += 1
    if (at === matched) shared = matched
  }

  return {
    isEmpty: () => pattern.length === 0,
    add: (unit) => {
      const border = pattern.length === 0 ? 0 : extended(borders[pattern.length] ?? 0, unit)
      pattern.push(unit)
      borders.push(border)
      while (matched < pattern.length && !isDecided()) takeNext()
      return isDecided()
    },
    finish: () => {
      while (!isDecided()) takeNext()
    },
    overlap: () => (at === seen.length && at - matched <= latestStart ? matched : 0),
    shared: () => shared,
  }
}
