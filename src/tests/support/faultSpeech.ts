/** What an upstream of a fault script says, as network reads: the whole answer, what is left of it, or less. */
import { bytesOf, piecesOf } from "./bytes"
import { closing, errorEvent, opening, reasoning, toolCall, type Dialect, type End } from "./dialects"
import type { Saying } from "./faultScripts"

/** A text that another target began. */
export interface Partial {
  readonly text: string
  /** Whether it stood last in the request. */
  readonly isPrefill: boolean
}

export interface Speech {
  readonly saying: Saying
  readonly dialect: Dialect
  /** The whole answer. */
  readonly text: string
  readonly continues: Partial | undefined
  /** Is repeated in every error, as some providers do. */
  readonly secret: string
}

export interface Read {
  readonly bytes: Uint8Array
  /** Whether it brings the answer on: its head and its ends do not. */
  readonly isProgress: boolean
  /** The finish reason that it completes. */
  readonly finish?: End
}

export const isFinish = (then: Saying["then"]): then is End =>
  then !== "cut" && then !== "reset" && then !== "hang" && then !== "error"

/** Event by event, or in pieces that pay no heed to events and characters. */
export const readsOf = (speech: Speech): ReadonlyArray<Read> => {
  const { then, terminal, read, pause } = speech.saying
  const parts = partsOf(speech).map((event): Read => ({
    bytes: bytesOf(event),
    isProgress: /"(content|reasoning_content|text|thinking|partial_json)":"[^"]|tool_use|tool_calls/.test(
      event,
    ),
  }))
  const ends = isFinish(then) ? closing(speech.dialect, 5, then) : []
  const ending = (terminal === "event" ? ends : ends.filter(holdsReason)).map((event): Read => ({
    bytes: bytesOf(event),
    isProgress: false,
    ...(isFinish(then) && holdsReason(event) ? { finish: then } : {}),
  }))
  const events = [...parts, ...ending]
  return read === 0 || pause > 0 ? events : inPieces(events, read)
}

const holdsReason = (event: string): boolean => /"(finish|stop)_reason":"/.test(event)

const inPieces = (events: ReadonlyArray<Read>, size: number): ReadonlyArray<Read> => {
  const all = Buffer.concat(events.map(({ bytes }) => bytes))
  const place = events.findIndex(({ finish }) => finish !== undefined)
  const finish = events[place]?.finish
  const finishedAt = events.slice(0, place + 1).reduce((length, { bytes }) => length + bytes.length, 0)
  return piecesOf(all, size).map((bytes, index) => {
    const isFinishing = index * size < finishedAt && index * size + bytes.length >= finishedAt
    return { bytes, isProgress: true, ...(finish !== undefined && isFinishing ? { finish } : {}) }
  })
}

const partsOf = (speech: Speech): ReadonlyArray<string> => {
  const { dialect, secret, saying } = speech
  const { thinks, malformedLines, tool, then, share } = saying
  const tokens = wordsOf(speech).match(/\S{1,5}|\s+/gu) ?? []
  const spoken = tokens.slice(0, Math.round(tokens.length * share)).join("")
  return [
    ...(thinks ? reasoning(dialect, "Let me think.") : []),
    ...opening(dialect, spoken).flatMap((event, index) =>
      index > 1 && index < 2 + malformedLines ? ["data: {half of\n\n", event] : [event],
    ),
    ...(tool === "none" ? [] : toolCall(dialect, tool === "whole" ? wholeCall : halfCall)),
    ...(then === "error" ? [errorEvent(dialect, "server_error", `sorry (${secret})`)] : []),
  ]
}

const wholeCall = { id: "call_1", name: "weather", pieces: ['{"city":', '"Bern"}'] }
const halfCall = { ...wholeCall, pieces: ['{"city":'] }

/** What it has to say: the whole text, or what is left of it, with as much of what was said as its manner repeats. */
const wordsOf = ({ text, continues, saying }: Speech): string => {
  if (continues === undefined) return text
  // Whoever starts over and then ends before the cut, as if that were all, is no rescuer.
  const goesOn = isFinish(saying.then) && saying.then !== "stop" ? "exactly" : saying.goesOn
  const partial = continues.text.trimEnd()
  const exact = text.slice(partial.length)
  const words = [...partial.matchAll(/\S+/g)]
  // What is shorter cannot be told from a text that goes on by chance as it began or ended.
  if (goesOn === "exactly" || words.length < 4) return exact
  if (goesOn === "over") return text
  return continues.isPrefill ? exact : text.slice(words.at(-4)?.index)
}
