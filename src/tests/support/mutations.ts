/** Event streams made wrong on purpose. Every change is chosen by a seed, so that a failure can be had again. */
import * as Arr from "effect/Array"
import * as Json from "@/services/ai/wire/json"
import { oneOf, whole, type Dice } from "./randomTexts"
import * as strangers from "./strangers"

export type Change<A> = (value: A, dice: Dice) => A

/** Events with the blank line that ends each, or lines with their ends. */
export type Pieces = ReadonlyArray<string>

/** One of the changes, chosen anew each time, from once to so many times. */
export const upTo =
  <A>(times: number, changes: Arr.NonEmptyReadonlyArray<Change<A>>): Change<A> =>
  (value, dice) => {
    let changed = value
    for (let left = 1 + whole(dice, times); left > 0; left -= 1) {
      changed = oneOf(dice, changes)(changed, dice)
    }
    return changed
  }

/** Each of the changes in their order, or not: half of the time. */
const someOf =
  <A>(changes: ReadonlyArray<Change<A>>): Change<A> =>
  (value, dice) =>
    changes.reduce((changed, change) => (whole(dice, 2) === 0 ? changed : change(changed, dice)), value)

const insert =
  (pieces: Arr.NonEmptyReadonlyArray<string>): Change<Pieces> =>
  (before, dice) =>
    before.toSpliced(whole(dice, before.length + 1), 0, oneOf(dice, pieces))

/** Leaves pieces out, repeats them or puts them elsewhere; the pieces stay what they are. */
export const rearrangements: Arr.NonEmptyReadonlyArray<Change<Pieces>> = [
  (pieces, dice) => pieces.toSpliced(whole(dice, pieces.length), 1),
  (pieces, dice) => pieces.toSpliced(whole(dice, pieces.length), whole(dice, pieces.length)),
  (pieces, dice) => {
    const from = whole(dice, pieces.length)
    return pieces.toSpliced(from, 0, ...pieces.slice(from, from + 1 + whole(dice, 3)))
  },
  (pieces, dice) => {
    const from = whole(dice, pieces.length)
    const moved = pieces.slice(from, from + 1)
    return pieces.toSpliced(from, 1).toSpliced(whole(dice, pieces.length), 0, ...moved)
  },
]

/** Whole events between the others; the answer may end sooner, later, wrongly or never. */
export const insertions: Arr.NonEmptyReadonlyArray<Change<Pieces>> = [
  insert(strangers.errorEvents),
  insert(strangers.unknownEvents),
  insert(strangers.malformedEvents),
  insert(strangers.terminalEvents),
  insert(strangers.contentEvents),
  insert(strangers.usageEvents),
]

const withLineEnds: Change<Pieces> = (events, dice) => {
  const lineEnd = oneOf(dice, ["\r\n", "\r", "\n"])
  return events.map((event) => event.replaceAll(/\r\n|\r|\n/g, lineEnd))
}

/** What a server may do without a change of the answer's meaning. The line ends and the mark come last. */
export const harmless: Change<Pieces> = someOf([
  upTo(3, [insert(strangers.unknownEvents)]),
  upTo(2, [insert(strangers.malformedEvents)]),
  (events) => events.map((event) => event.replaceAll(/^data: /gm, "data:")),
  // A line end between two values is white space to JSON.
  (events) => events.map((event) => event.replace(/^(data: ?\{)/m, "$1\ndata: ")),
  withLineEnds,
  (events) => ["\uFEFF", ...events],
])

const onLines =
  (change: Change<Pieces>): Change<Pieces> =>
  (events, dice) => [change(events.join("").split(/(?<=\n)/), dice).join("")]

export const lineChanges: Arr.NonEmptyReadonlyArray<Change<Pieces>> = [
  ...Arr.map(rearrangements, onLines),
  onLines(insert(strangers.lines)),
]

const onJson =
  (change: Change<string>): Change<Pieces> =>
  (events, dice) => {
    const at = whole(dice, events.length)
    return events.map((event, index) =>
      index === at ? event.replace(/(?<=^data: )\{.*\}/m, (json) => change(json, dice)) : event,
    )
  }

interface Slot {
  readonly holder: object
  readonly key: string
}

const slotsIn = (value: unknown): ReadonlyArray<Slot> =>
  typeof value === "object" && value !== null
    ? Object.keys(value).flatMap((key) => [{ holder: value, key }, ...slotsIn(Reflect.get(value, key))])
    : []

const placeholder = "@@"

/** Takes a value out of JSON text, or puts another into its place; what cannot be parsed is left as it is. */
const replaceValue =
  (replacement: (dice: Dice) => string | undefined): Change<string> =>
  (json, dice) => {
    const root = Json.parse(json)
    const slots = slotsIn(root)
    const slot = slots[whole(dice, slots.length)]
    if (slot === undefined) return json
    const text = replacement(dice)
    if (text === undefined) Reflect.deleteProperty(slot.holder, slot.key)
    else Reflect.set(slot.holder, slot.key, placeholder)
    return JSON.stringify(root).replace(`"${placeholder}"`, () => text ?? "")
  }

const addMember: Change<string> = (json, dice) => {
  const braces = [...json.matchAll(/[{}]/g)]
  const brace = braces[whole(dice, braces.length)]
  if (brace === undefined) return json
  const member = oneOf(dice, strangers.members)
  const [before, after] = [json.slice(0, brace.index), json.slice(brace.index + 1)]
  return brace[0] === "{" ? `${before}{${member},${after}` : `${before},${member}}${after}`
}

/** Every field with a value of the wrong kind, missing, or beside one that should not be there. */
export const fieldChanges: Arr.NonEmptyReadonlyArray<Change<Pieces>> = [
  onJson(replaceValue((dice) => oneOf(dice, strangers.values))),
  onJson(replaceValue((dice) => oneOf(dice, strangers.values))),
  onJson(replaceValue(() => undefined)),
  onJson(addMember),
]

type Bytes = Uint8Array

const spliceBytes = (bytes: Bytes, from: number, to: number, inserted: ArrayLike<number> = []): Bytes => {
  const spliced = new Uint8Array(from + inserted.length + bytes.length - to)
  spliced.set(bytes.subarray(0, from))
  spliced.set(inserted, from)
  spliced.set(bytes.subarray(to), from + inserted.length)
  return spliced
}

/** The place of a byte, and one a little further on. */
const stretchOf = (bytes: Bytes, dice: Dice, longest: number): readonly [from: number, to: number] => {
  const from = whole(dice, bytes.length)
  return [from, Math.min(bytes.length, from + 1 + whole(dice, longest))]
}

const onBytes =
  (change: Change<Bytes>): Change<Bytes> =>
  (bytes, dice) =>
    bytes.length === 0 ? bytes : change(bytes, dice)

const setByte: Change<Bytes> = (bytes, dice) => bytes.with(whole(dice, bytes.length), whole(dice, 256))

const flipBit: Change<Bytes> = (bytes, dice) => {
  const at = whole(dice, bytes.length)
  return bytes.with(at, (bytes[at] ?? 0) ^ (1 << whole(dice, 8)))
}

const insertBytes: Change<Bytes> = (bytes, dice) => {
  const at = whole(dice, bytes.length)
  return spliceBytes(bytes, at, at, oneOf(dice, strangers.byteSequences))
}

const repeatBytes: Change<Bytes> = (bytes, dice) => {
  const [from, to] = stretchOf(bytes, dice, 64)
  return spliceBytes(bytes, to, to, bytes.subarray(from, to))
}

const anyBytes: Arr.NonEmptyReadonlyArray<Change<Bytes>> = [
  setByte,
  flipBit,
  insertBytes,
  repeatBytes,
  (bytes, dice) => spliceBytes(bytes, ...stretchOf(bytes, dice, 4)),
  (bytes, dice) => spliceBytes(bytes, ...stretchOf(bytes, dice, bytes.length)),
  (bytes, dice) => bytes.subarray(0, whole(dice, bytes.length)),
]

export const byteChanges: Arr.NonEmptyReadonlyArray<Change<Bytes>> = Arr.map(anyBytes, onBytes)
