/**
 * Server-sent events out of whole network reads, as the WHATWG HTML standard defines them (§9.2.6): CRLF, LF or CR,
 * comments, multi-line data, a code point or a line end split between two reads. Pure; keeps only what is unfinished.
 */

export interface SseEvent {
  /** The `event:` field, or `message`. */
  readonly type: string
  readonly data: string
}

export const defaults = {
  /** The largest event that is read, in UTF-16 code units. */
  maxEventLength: 10 * 1024 * 1024,
}

export interface SseReader {
  /** The events that this read completes; none any more once an event has overflowed. */
  readonly push: (bytes: Uint8Array) => ReadonlyArray<SseEvent>
  /**
   * The event that the end of the body leaves unfinished, where there is one. The standard drops it; providers
   * whose last event lacks its blank line are common, so the caller decides.
   */
  readonly end: () => ReadonlyArray<SseEvent>
  /** Whether an event was larger than the limit. */
  readonly overflowed: () => boolean
}

export const make = (options: Partial<typeof defaults> = {}): SseReader => {
  const { maxEventLength } = { ...defaults, ...options }
  const decoder = new TextDecoder("utf-8")
  let unfinishedLine: Array<string> = []
  let lineFeedMayFollow = false
  let type = ""
  let data: Array<string> = []
  let eventLength = 0
  let overflowed = false

  const dispatch = (out: Array<SseEvent>): void => {
    if (data.length > 0) out.push({ type: type === "" ? "message" : type, data: data.join("\n") })
    type = ""
    data = []
    eventLength = 0
  }

  const takeLine = (line: string, out: Array<SseEvent>): void => {
    if (line === "") return dispatch(out)
    const colon = line.indexOf(":")
    const field = colon === -1 ? line : line.slice(0, colon)
    if (field !== "data" && field !== "event") {
      eventLength -= line.length
      return
    }
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1)
    if (field === "data") data.push(value)
    else type = value
  }

  const takeText = (text: string, out: Array<SseEvent>): void => {
    if (text === "" || overflowed) return
    let from = lineFeedMayFollow && text[0] === "\n" ? 1 : 0
    lineFeedMayFollow = false
    let carriageReturn = text.indexOf("\r", from)
    let lineFeed = text.indexOf("\n", from)
    for (;;) {
      // Each is looked for only behind the last one found, so that a read is scanned once.
      if (carriageReturn !== -1 && carriageReturn < from) carriageReturn = text.indexOf("\r", from)
      if (lineFeed !== -1 && lineFeed < from) lineFeed = text.indexOf("\n", from)
      const end =
        carriageReturn === -1
          ? lineFeed
          : lineFeed === -1
            ? carriageReturn
            : Math.min(carriageReturn, lineFeed)
      const piece = end === -1 ? text.slice(from) : text.slice(from, end)
      eventLength += piece.length
      if (eventLength > maxEventLength) {
        overflowed = true
        unfinishedLine = []
        return
      }
      if (end === -1) {
        if (piece !== "") unfinishedLine.push(piece)
        return
      }
      const line = unfinishedLine.length === 0 ? piece : unfinishedLine.join("") + piece
      unfinishedLine = []
      takeLine(line, out)
      from = end + 1
      if (text[end] === "\r") {
        if (from === text.length) lineFeedMayFollow = true
        else if (text[from] === "\n") from += 1
      }
    }
  }

  return {
    push: (bytes) => {
      const out: Array<SseEvent> = []
      takeText(decoder.decode(bytes, { stream: true }), out)
      return out
    },
    end: () => {
      const out: Array<SseEvent> = []
      takeText(`${decoder.decode()}\n\n`, out)
      return out
    },
    overflowed: () => overflowed,
  }
}
