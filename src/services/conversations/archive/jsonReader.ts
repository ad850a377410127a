/**
 * Cuts conversations out of a JSON file as it comes: only one of them is in memory, and one that is too large is skipped
 * without being held. What is around them, the shell, is kept with a `0` in place of each, so that `JSON.parse` can tell
 * at the end whether the file was whole.
 */
import { headerFlaw } from "./ArchiveDocument"
import { flaw, notAnArchive, type ArchiveFlaw, type ArchivePart, type ArchiveReader } from "./ArchivePart"
import { makeConversationCutter } from "./conversationCutter"
import { parsed } from "./foreignJson"
import { limits } from "./limits"

const [quote, backslash] = [0x22, 0x5c]
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]
/** A byte order mark and white space. */
const blanks: ReadonlySet<number> = new Set([0xef, 0xbb, 0xbf, 0x20, 0x0a, 0x0d, 0x09])

export const makeJsonReader = (): ArchiveReader => {
  const decoder = new TextDecoder()
  const cutter = makeConversationCutter()
  let shell = ""
  /** How deep the conversations lie: in an array, or in an array of an object; unknown until the file has begun. */
  let level: 1 | 2 | undefined
  let depth = 0
  let isInString = false
  let isEscaped = false
  let hasMet = false
  let isOver = false

  const fail = (why: string): ArchiveFlaw => {
    isOver = true
    return flaw(why)
  }
  /** Of the array or object that the file is; the `conversations` of an object come last. */
  const shellFlaw = (json: string): string | undefined => {
    const value = parsed(json)
    if (value === undefined) return hasMet ? damaged : notAnArchive
    if (level === 2) return headerFlaw(value)
    return hasMet || (Array.isArray(value) && value.length === 0) ? undefined : notAnArchive
  }

  const push = (bytes: Uint8Array): ReadonlyArray<ArchivePart | ArchiveFlaw> => {
    if (isOver) return []
    const found: Array<ArchivePart | ArchiveFlaw> = []
    let start = 0
    const keep = (end: number): void => {
      const piece = bytes.subarray(start, end)
      if (cutter.isOpen()) cutter.keep(piece)
      else shell += decoder.decode(piece, { stream: true })
      start = end
    }
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index] ?? 0
      if (isInString) {
        if (isEscaped) isEscaped = false
        else if (byte === backslash) isEscaped = true
        else if (byte === quote) isInString = false
      } else if (byte === quote) isInString = true
      else if (byte === openBrace || byte === openBracket) {
        level ??= byte === openBracket ? 1 : 2
        if (depth === level) {
          keep(index)
          const why = hasMet || level === 1 ? undefined : shellFlaw(`${shell}]}`)
          if (why !== undefined) return [fail(why)]
          hasMet = true
          cutter.begin()
        }
        depth++
        cutter.deepen(depth - level)
      } else if (byte === closeBrace || byte === closeBracket) {
        depth--
        if (cutter.isOpen() && depth === level) {
          keep(index + 1)
          found.push(cutter.end())
          shell += "0"
        }
      }
      if (level === undefined && !blanks.has(byte)) return [fail(notAnArchive)]
    }
    keep(bytes.length)
    return shell.length > limits.shell ? [...found, fail(hasMet ? damaged : notAnArchive)] : found
  }

  return {
    push,
    end: () => {
      const why = isOver ? undefined : hasMet && depth > 0 ? cutOff : shellFlaw(shell)
      return why === undefined ? [] : [flaw(why)]
    },
  }
}

const cutOff = "The file ends in the middle: it was not saved whole. Export it again."
const damaged = "The file is damaged: what is between its conversations is no JSON. Export it again."
