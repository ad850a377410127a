/** No repeat, no loss: a text that was cut anywhere comes together again, whoever goes on with it and however. */
import { describe, expect, it } from "@effect/vitest"
import { makeSeam, type SeamMode } from "@/services/ai/orchestration/seam"
import {
  oneOf,
  randomPieces,
  randomText,
  seededDice,
  whole,
  type Dice,
} from "../../../../support/randomTexts"

const seed = 20261
const total = 60_000

/** What the rescuer does. */
type Way = "continues" | "white space again" | "starts over" | "echoes the end"

interface Attempt {
  readonly mode: SeamMode
  readonly prefix: string
  /** What the rescuer writes. */
  readonly fresh: string
}

interface Case extends Attempt {
  readonly way: Way
  readonly rest: string
  /** How much of it, without white space at its start, was told before the white space at the joint. */
  readonly repeated: number
}

const letterOrDigit = /[\p{L}\p{N}]/u
/** What cannot begin a character; U+DB40 is the first half of variation selectors and tags. */
const mark = /[\p{M}\p{Emoji_Modifier}\u200d\udc00-\udfff\udb40]/u
const cjk = /(?!\p{M})[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\uff00-\uffef]/u
const characters = new Intl.Segmenter("en", { granularity: "grapheme" })
const highSurrogate = /[\ud800-\udbff]$/

/** Whether a piece of a text is long enough to be told again; `before` is what stands before the piece. */
const isLong = (piece: string, before: string, times: number): boolean => {
  const isInWord = before !== "" && !/\s$/.test(before)
  const words = (isInWord ? piece.replace(/^\S*/, "") : piece)
    .split(/\s+/)
    .filter((word) => letterOrDigit.test(word))
  const characters = [...piece].filter((character) => !mark.test(character))
  return (
    words.length >= 3 * times ||
    characters.length >= 16 * times ||
    characters.filter((character) => cjk.test(character)).length >= 8 * times
  )
}

const sharedLength = (one: string, other: string): number => {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return length
}

/** Of the beginnings of the new text with which the seen text ends and that are long enough, the longest. */
const longestOverlap = (seen: string, fresh: string): number => {
  for (let length = Math.min(seen.length, fresh.length); length > 0; length -= 1) {
    const start = seen.length - length
    if (fresh.startsWith(seen.slice(start)) && isLong(seen.slice(start), seen.slice(0, start), 1))
      return length
  }
  return 0
}

/** Why nobody can tell from the texts alone what the rescuer meant; undefined where the texts are clear. */
const ambiguity = ({ mode, way, prefix, rest, fresh, repeated }: Case): string | undefined => {
  const seen = prefix.trim()
  const bare = fresh.trimStart()
  if (way === "starts over") return isLong(seen, "", 1) ? undefined : "starts over too early"
  if (way === "continues" && /\s$/.test(prefix) && /^\s/.test(rest)) return "cut inside white space"
  // A mark at the start can only go on with a character.
  if (mark.test(bare.charAt(0))) return undefined
  const overlap = mode === "instruction" ? longestOverlap(seen, bare) : 0
  if (overlap > repeated) return "goes on as the text ended"
  if (overlap > 0) return undefined
  const shared = sharedLength(seen, bare)
  const looksStartedOver = shared === seen.length ? isLong(seen, "", 1) : isLong(bare.slice(0, shared), "", 4)
  return looksStartedOver ? "goes on as the text began" : undefined
}

const echoStart = (dice: Dice, prefix: string): number | undefined => {
  const seen = prefix.trimEnd()
  const start = whole(dice, seen.length)
  const isInside = characters.segment(seen).containing(start)?.index !== start
  const piece = seen.slice(start).trimStart()
  return !isInside && isLong(piece, seen.slice(0, seen.length - piece.length), 1) ? start : undefined
}

const randomCase = (dice: Dice): Case => {
  const text = randomText(dice)
  const cut = whole(dice, text.length + 1)
  const prefix = text.slice(0, cut)
  const rest = text.slice(cut)
  const mode = oneOf<SeamMode>(dice, ["prefill", "instruction"])
  const common = { mode, prefix, rest }
  const whiteSpace = prefix.slice(prefix.trimEnd().length)
  const start = mode === "instruction" && dice() < 0.5 ? echoStart(dice, prefix) : undefined
  if (start !== undefined) {
    const repeated = prefix.slice(start).trim().length
    return {
      ...common,
      way: "echoes the end",
      fresh: oneOf(dice, ["", " ", "\n\n"]) + text.slice(start),
      repeated,
    }
  }
  if (dice() < 0.3) {
    const fresh = oneOf(dice, [text, text.trimStart(), ` ${text}`, `\n\n${text}`])
    return { ...common, way: "starts over", fresh, repeated: prefix.trim().length }
  }
  return dice() < 0.5
    ? { ...common, way: "continues", fresh: rest, repeated: 0 }
    : { ...common, way: "white space again", fresh: whiteSpace + rest, repeated: 0 }
}

/** A rescuer that repeats any part of the text, or half a character, and goes on with something else. */
const strangeCase = (dice: Dice): Attempt => {
  const text = randomText(dice)
  const prefix = text.slice(0, whole(dice, text.length + 1))
  const from = dice() < 0.5 ? 0 : whole(dice, text.length + 1)
  const repeated = text.slice(from, from + whole(dice, text.length + 1 - from))
  const other = oneOf(dice, [randomText(dice), "", "\ud83d", "\udc69\u200d", " \u0301"])
  return { mode: oneOf<SeamMode>(dice, ["prefill", "instruction"]), prefix, fresh: repeated + other }
}

const handedOn = ({ prefix, mode }: Attempt, pieces: ReadonlyArray<string>): ReadonlyArray<string> => {
  const seam = makeSeam({ prefix, mode })
  return [...pieces.map((piece) => seam.push(piece)), seam.end()]
}

/** Whether the new text so far, of which nothing was handed on, can still turn out to repeat what was seen. */
const mayRepeat = ({ mode, prefix, fresh }: Attempt, length: number): boolean => {
  const soFar = fresh.slice(0, length).trim()
  const seen = prefix.trim()
  if (soFar === "") return true
  const start = mode === "prefill" && !seen.startsWith(soFar) ? -1 : seen.indexOf(soFar)
  return start !== -1 && isLong(seen.slice(start), seen.slice(0, start), 1)
}

/** What is wrong with the result; undefined where nothing is. These hold of every case, clear or not. */
const faultOf = (example: Attempt, pieces: ReadonlyArray<string>): string | undefined => {
  const { prefix, fresh } = example
  const text = handedOn(example, [fresh]).join("")
  const chunks = handedOn(example, pieces)
  if (chunks.join("") !== text) return "the result hangs on how the text came in"
  if (!fresh.endsWith(text)) return "something else than a beginning was taken away"
  if ((prefix + fresh).isWellFormed() && chunks.some((chunk) => highSurrogate.test(chunk))) {
    return "a pair was split"
  }
  let given = 0
  let taken = fresh.length - text.length
  for (const [index, piece] of pieces.entries()) {
    const chunk = chunks[index] ?? ""
    given += piece.length
    taken += chunk.length
    const isBehind = taken < given - (highSurrogate.test(fresh.slice(0, given)) ? 1 : 0)
    if (isBehind && (taken > fresh.length - text.length || !mayRepeat(example, given))) {
      return "text was held back for nothing"
    }
  }
  return undefined
}

/** The first faults, with all that is needed to see them again. */
const report = (faults: Array<string>, index: number, example: Attempt, fault: string | undefined): void => {
  if (fault === undefined || faults.length === 3) return
  faults.push(`${fault}: seed ${seed}, case ${index}: ${JSON.stringify(example)}`)
}

describe("the seam, over random texts, cuts and rescuers", () => {
  it("gives the text back, wherever it was cut and however the rescuer goes on", { timeout: 60_000 }, () => {
    const dice = seededDice(seed)
    const ways = new Map<string, number>()
    const leftOut = new Map<string, number>()
    const faults: Array<string> = []
    const count = (counts: Map<string, number>, what: string): void => {
      counts.set(what, (counts.get(what) ?? 0) + 1)
    }
    for (let index = 0; index < total; index += 1) {
      const example = randomCase(dice)
      const { mode, way, rest, fresh } = example
      report(faults, index, example, faultOf(example, randomPieces(dice, fresh)))
      const why = ambiguity(example)
      const isWhole = handedOn(example, [fresh]).join("") === rest
      if (why !== undefined) count(leftOut, why)
      else if (!isWhole) report(faults, index, example, "the text did not come together")
      count(ways, `${mode}: ${way}`)
    }
    const share = [...leftOut.values()].reduce((sum, cases) => sum + cases, 0) / total
    const list = (counts: Map<string, number>): string =>
      [...counts].map(([what, cases]) => `${what} ${cases}`).join(", ")
    console.log(`${total} cases (${list(ways)}); ${(share * 100).toFixed(2)} % ambiguous (${list(leftOut)})`)
    expect(faults).toEqual([])
    expect(ways.size).toBe(7)
    expect(Math.min(...ways.values())).toBeGreaterThan(total / 20)
    expect(share).toBeLessThan(0.08)
  })

  it("takes away a beginning at most, whatever the rescuer writes", { timeout: 60_000 }, () => {
    const dice = seededDice(seed + 1)
    const faults: Array<string> = []
    let shortened = 0
    for (let index = 0; index < total / 2; index += 1) {
      const example = strangeCase(dice)
      report(faults, index, example, faultOf(example, randomPieces(dice, example.fresh)))
      if (handedOn(example, [example.fresh]).join("").length < example.fresh.length) shortened += 1
    }
    expect(faults).toEqual([])
    expect(shortened).toBeGreaterThan(total / 20)
  })
})
