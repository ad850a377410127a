import { afterEach, describe, expect, it, vi } from "@effect/vitest"
import * as Schema from "effect/Schema"
import * as Sse from "@/services/ai/wire/sse"
import { bytesOf, cutAt, piecesOf } from "../../../../support/bytes"

const read = (
  reads: ReadonlyArray<Uint8Array>,
  options: Partial<typeof Sse.defaults> = {},
): { readonly events: ReadonlyArray<Sse.SseEvent>; readonly rest: ReadonlyArray<Sse.SseEvent> } => {
  const reader = Sse.make(options)
  return { events: reads.flatMap((bytes) => reader.push(bytes)), rest: reader.end() }
}

const eventsOf = (text: string): ReadonlyArray<Sse.SseEvent> => read([bytesOf(text)]).events
const message = (data: string): Sse.SseEvent => ({ type: "message", data })

type Case = readonly [fact: string, text: string, events: ReadonlyArray<Sse.SseEvent>]

const cases: ReadonlyArray<Case> = [
  ["one event", "data: a\n\n", [message("a")]],
  ["no space after the colon", "data:a\n\n", [message("a")]],
  ["only one space is taken off", "data:  a\n\n", [message(" a")]],
  ["CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", [message("a"), message("b")]],
  ["CR", "data: a\r\rdata: b\r\r", [message("a"), message("b")]],
  [
    "a mixture of line ends",
    "data: a\r\n\ndata: b\r\r\ndata: c\n\r",
    [message("a"), message("b"), message("c")],
  ],
  ["several lines of data", "data: a\ndata: b\ndata:\ndata: c\n\n", [message("a\nb\n\nc")]],
  ["a data line without a colon", "data\n\n", [message("")]],
  ["a name", "event: ping\ndata: {}\n\n", [{ type: "ping", data: "{}" }]],
  [
    "the name of one event only",
    "event: ping\ndata: a\n\ndata: b\n\n",
    [{ type: "ping", data: "a" }, message("b")],
  ],
  ["the last of two names", "event: a\nevent: b\ndata: c\n\n", [{ type: "b", data: "c" }]],
  ["an empty name means message", "event:\ndata: a\n\n", [message("a")]],
  ["a name without data is no event and is forgotten", "event: ping\n\ndata: a\n\n", [message("a")]],
  ["comments", ": OPENROUTER PROCESSING\n\n:\ndata: a\n:b\n\n", [message("a")]],
  ["unknown fields", "id: 1\nretry: 5\nfoo: bar\nfoo\ndata: a\n\n", [message("a")]],
  ["field names are case-sensitive", "Data: a\ndata: b\n\n", [message("b")]],
  ["a field name with a space before it is unknown", " data: a\ndata: b\n\n", [message("b")]],
  ["a byte order mark at the start", "\uFEFFdata: a\n\n", [message("a")]],
  ["a byte order mark inside", "data: \uFEFFa\n\n", [message("\uFEFFa")]],
  ["a colon inside the data", 'data: {"a":1}\n\n', [message('{"a":1}')]],
  ["blank lines alone", "\n\n\r\n\r\r", []],
  ["nothing", "", []],
]

const everything =
  "\uFEFF: a comment\r\nevent: greeting\rdata: Grüezi 👩‍🚀 e\u0301\r\ndata: zweite Zeile\n\n" +
  "data: 漢字🙂\r\rid: 7\r\ndata:\u00a0x\r\n\r\nevent: last\ndata: {}\n\r\n"

afterEach(() => {
  vi.restoreAllMocks()
})

describe("the reader of server-sent events", () => {
  it.each(cases)("reads %s", (_fact, text, expected) => {
    expect(eventsOf(text)).toEqual(expected)
  })

  it("gives the same events wherever one read ends and the next begins", () => {
    const bytes = bytesOf(everything)
    const whole = read([bytes])
    expect(whole.events).toHaveLength(4)
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(read([bytes.subarray(0, at), bytes.subarray(at)]), `cut at byte ${at}`).toEqual(whole)
    }
  })

  it("gives the same events byte by byte", () => {
    const bytes = bytesOf(everything)
    expect(read(piecesOf(bytes, 1))).toEqual(read([bytes]))
  })

  it("gives an event with the read that completes it, not later", () => {
    const reader = Sse.make()
    expect(reader.push(bytesOf("data: a\n"))).toEqual([])
    expect(reader.push(bytesOf("\ndata: b"))).toEqual([message("a")])
    expect(reader.push(bytesOf("\r\r"))).toEqual([message("b")])
    expect(reader.push(bytesOf("\n"))).toEqual([])
  })

  it("keeps an empty read from coming between a CR and its LF", () => {
    expect(read(["data: a\r", "", "\ndata: b\r\n", "\r\n"].map(bytesOf)).events).toEqual([message("a\nb")])
  })

  it.each(["data: last", "data: last\n", "data: last\r\n", "data: last\r"])(
    "hands on at the end an event without its blank line: %j",
    (text) => {
      const { events, rest } = read([bytesOf(`data: first\n\n${text}`)])
      expect(events).toEqual([message("first")])
      expect(rest).toEqual([message("last")])
    },
  )

  it("has nothing left at the end of a stream that ends as it should", () => {
    expect(read([bytesOf("data: a\n\n: bye\n")]).rest).toEqual([])
  })

  it("marks bytes that are not UTF-8, and goes on", () => {
    const broken = new Uint8Array([...bytesOf("data: a"), 0xff, ...bytesOf("b\n\ndata: c\n\n")])
    expect(read([broken]).events).toEqual([message("a\uFFFDb"), message("c")])
  })

  it("reads an event of 2 MB in reads of 16 kB with work in proportion to its size", () => {
    const data = "x".repeat(2 * 1024 * 1024)
    const reads = piecesOf(bytesOf(`data: ${data}\n\n`), 16 * 1024)
    let scanned = 0
    const indexOf = String.prototype.indexOf
    vi.spyOn(String.prototype, "indexOf").mockImplementation(function (this: string, searched, from = 0) {
      scanned += this.length - from
      return indexOf.call(this, searched, from)
    })
    const { events } = read(reads)
    vi.restoreAllMocks()
    expect(events).toEqual([message(data)])
    expect(scanned).toBeLessThan(4 * data.length)
  })

  it.each(["\n", "\r\n", "\r"])(
    "reads many short lines that end with %j with work in proportion",
    (lineEnd) => {
      const text = `data: x${lineEnd}${lineEnd}`.repeat(4096)
      let scanned = 0
      const indexOf = String.prototype.indexOf
      vi.spyOn(String.prototype, "indexOf").mockImplementation(function (this: string, searched, from = 0) {
        const at = indexOf.call(this, searched, from)
        scanned += (at === -1 ? this.length : at) - from
        return at
      })
      const { events } = read([bytesOf(text)])
      vi.restoreAllMocks()
      expect(events).toHaveLength(4096)
      expect(scanned).toBeLessThan(8 * text.length)
    },
  )

  it("overflows at an event larger than 10 MB, and keeps the events before it", () => {
    const reader = Sse.make()
    const chunk = bytesOf("x".repeat(1024 * 1024))
    expect(reader.push(bytesOf("data: a\n\ndata: "))).toEqual([message("a")])
    for (let count = 0; count < 10; count += 1) reader.push(chunk)
    expect(reader.overflowed()).toBe(true)
    expect(reader.push(bytesOf("\n\ndata: b\n\n"))).toEqual([])
    expect(reader.end()).toEqual([])
  })

  it("counts the lines of an event together, and none of the event before", () => {
    const limits = { maxEventLength: 20 }
    const fits = Sse.make(limits)
    expect(fits.push(bytesOf("data: 12345678\n\n".repeat(9)))).toHaveLength(9)
    expect(fits.overflowed()).toBe(false)
    const tooLarge = Sse.make(limits)
    expect(tooLarge.push(bytesOf("data: 12345678\ndata: 12345678\n\n"))).toEqual([])
    expect(tooLarge.overflowed()).toBe(true)
  })

  it("does not count comments that were read to their end, but an endless one", () => {
    const limits = { maxEventLength: 20 }
    const pinged = Sse.make(limits)
    for (let count = 0; count < 9; count += 1) pinged.push(bytesOf(": ping ping\n"))
    expect(pinged.push(bytesOf("data: a\n\n"))).toEqual([message("a")])
    const endless = Sse.make(limits)
    for (let count = 0; count < 9; count += 1) endless.push(bytesOf(": ping ping"))
    expect(endless.overflowed()).toBe(true)
  })

  const alphabet = [
    "data: ",
    "data:",
    "event: ",
    "a",
    " ",
    ":",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "é",
    "漢",
    "👍🏽",
    "\uFEFF",
    "\0",
    "id: 1",
  ]
  const positions = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4000 })))

  it.prop(
    "gives the same events for the same bytes however they are cut",
    {
      letters: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: alphabet.length - 1 }))),
      cuts: positions,
    },
    ({ letters, cuts }) => {
      const bytes = bytesOf(letters.map((letter) => alphabet[letter]).join(""))
      expect(read(cutAt(bytes, cuts))).toEqual(read([bytes]))
    },
    { arbitrary: { seed: 2, runs: 500, size: 40 } },
  )

  it.prop(
    "gives the same events for mutated bytes however they are cut",
    {
      changes: Schema.Array(
        Schema.Struct({
          at: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 400 })),
          to: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 })),
        }),
      ),
      cuts: positions,
    },
    ({ changes, cuts }) => {
      const bytes = Uint8Array.from(bytesOf(everything))
      for (const { at, to } of changes) bytes[at % bytes.length] = to
      expect(
        read(
          cutAt(
            bytes,
            cuts.map((cut) => cut % bytes.length),
          ),
        ),
      ).toEqual(read([bytes]))
    },
    { arbitrary: { seed: 3, runs: 500, size: 20 } },
  )
})
