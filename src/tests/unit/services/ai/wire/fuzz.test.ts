/** The promise "no lie" on streams that are cut, shuffled, mistyped and garbled, through the real providers. */
import { afterAll, describe, expect, it } from "@effect/vitest"
import type * as Response from "effect/ai/Response"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Encoding from "effect/encoding/Base64"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { AIProviderError, ProviderErrorReason } from "@/services/ai/core"
import { bytesOf, cutAt, piecesOf } from "../../../../support/bytes"
import { toolCallsIn } from "../../../../support/decoding"
import { closing, opening } from "../../../../support/dialects"
import {
  byteChanges,
  fieldChanges,
  harmless,
  insertions,
  lineChanges,
  rearrangements,
  upTo,
  type Change,
  type Pieces,
} from "../../../../support/mutations"
import { finishIn, textIn } from "../../../../support/parts"
import { makeListener, type Heard } from "../../../../support/providerListener"
import { oneOf, seededDice, whole, type Dice } from "../../../../support/randomTexts"
import * as Reference from "../../../../support/referenceReader"
import { speakers, type SampleAnswer, type SampleSpeaker } from "../../../../support/sampleAnswers"
import * as strangers from "../../../../support/strangers"

/** Eight kinds of them make 200,000. */
const streamsPerKind = 25_000
/** One seed a stream, one kind after the other; a failure names its seed, and `sentBy` gives that stream again. */
const firstSeed = 1
const patience = 60_000

interface Kind {
  readonly fact: string
  readonly promise: "fails" | "says the same" | "is what the reference reads"
  readonly mutate: (answer: SampleAnswer, speaker: SampleSpeaker, dice: Dice) => Uint8Array
}

const joined = (events: Pieces): Uint8Array => bytesOf(events.join(""))

/** Another answer of the same provider in the midst of this one, or behind it. */
const insertAnother =
  ({ answers }: SampleSpeaker): Change<Pieces> =>
  (events, dice) =>
    events.toSpliced(whole(dice, events.length + 1), 0, ...oneOf(dice, answers).events)

const kinds: ReadonlyArray<Kind> = [
  {
    fact: "fails when it is cut before it tells its end",
    promise: "fails",
    mutate: ({ events }, { tellsTheEnd }, dice) => {
      const sent = harmless(events, dice)
      const end = sent.findIndex(tellsTheEnd)
      const untold = joined(end === -1 ? sent : [...sent.slice(0, end), sent[end]?.trimEnd() ?? ""])
      return untold.subarray(0, whole(dice, untold.length))
    },
  },
  {
    fact: "fails when it does not tell its end",
    promise: "fails",
    mutate: ({ events }, { tellsTheEnd }, dice) => {
      const untold = events.filter((event) => !tellsTheEnd(event))
      return joined(harmless(upTo(3, rearrangements)(untold, dice), dice))
    },
  },
  {
    fact: "says the same with whatever a server may add, and whatever follows its end",
    promise: "says the same",
    mutate: ({ events }, { tellsTheEnd }, dice) => {
      const end = events.findIndex(tellsTheEnd)
      const tail = Array.from({ length: whole(dice, 4) }, () => oneOf(dice, strangers.events))
      return joined(harmless(end === -1 ? events : [...events.slice(0, end + 1), ...tail], dice))
    },
  },
  {
    fact: "is what the reference reads when events are lost, moved, repeated or strange",
    promise: "is what the reference reads",
    mutate: ({ events }, speaker, dice) =>
      joined(upTo(3, [...rearrangements, ...insertions, insertAnother(speaker)])(events, dice)),
  },
  {
    fact: "is what the reference reads when fields are missing, mistyped or too many",
    promise: "is what the reference reads",
    mutate: ({ events }, _speaker, dice) => joined(upTo(3, fieldChanges)(events, dice)),
  },
  {
    fact: "is what the reference reads when lines are lost, moved, repeated or strange",
    promise: "is what the reference reads",
    mutate: ({ events }, _speaker, dice) => joined(upTo(3, lineChanges)(events, dice)),
  },
  {
    fact: "is what the reference reads when bytes are lost, changed or inserted",
    promise: "is what the reference reads",
    mutate: ({ events }, _speaker, dice) => upTo(4, byteChanges)(joined(events), dice),
  },
  {
    fact: "is what the reference reads when all of that comes together",
    promise: "is what the reference reads",
    mutate: ({ events }, speaker, dice) => {
      const onEvents = upTo(4, [...rearrangements, ...insertions, ...fieldChanges, insertAnother(speaker)])
      const changed = onEvents(harmless(events, dice), dice)
      return upTo(2, byteChanges)(joined(upTo(2, lineChanges)(changed, dice)), dice)
    },
  },
]

/** Everything about one mutated stream that its seed decides. */
interface Sent extends Reference.Received {
  readonly speaker: SampleSpeaker
  readonly answer: SampleAnswer
  readonly reads: ReadonlyArray<Uint8Array>
}

const sentBy = ({ mutate }: Kind, seed: number): Sent => {
  const dice = seededDice(seed)
  const speaker = oneOf(dice, speakers)
  const answer = oneOf(dice, speaker.answers)
  const bytes = mutate(answer, speaker, dice)
  return { speaker, answer, bytes, isBroken: whole(dice, 4) === 0, reads: readsOf(bytes, dice) }
}

/** Half of the time whole, else in a few reads; sometimes every byte is a read of its own. */
const readsOf = (bytes: Uint8Array, dice: Dice): ReadonlyArray<Uint8Array> => {
  const chance = whole(dice, 200)
  if (chance === 0) return piecesOf(bytes, 1)
  const cuts = chance < 100 ? 0 : 1 + whole(dice, 6)
  return cutAt(
    bytes,
    Array.from({ length: cuts }, () => whole(dice, bytes.length)),
  )
}

/** What is wrong with how an answer ended; nothing, if all is well. */
const complaints = (promise: Kind["promise"], sent: Sent, heard: Heard): ReadonlyArray<string> => {
  const { exit, pulls, released } = heard
  if (exit === undefined) return ["it hangs"]
  if (Exit.isFailure(exit)) return [`it dies: ${Cause.pretty(exit.cause)}`]
  const { parts, error } = exit.value
  const { answer, speaker, reads } = sent
  const reading = Reference.read(speaker, sent)
  const isComplete = error === undefined
  const finish = finishIn(parts)
  const text = textIn(parts)
  const facts: Readonly<Record<string, boolean>> = {
    "it is complete and must fail": isComplete && promise === "fails",
    "it is complete without the sign of an end": isComplete && reading.end === undefined,
    "it ends for another reason than it was told": isComplete && finish?.reason !== reading.end,
    // The arguments of a tool call that a change broke are an error, which the reference does not look into.
    "it fails in spite of the sign of an end":
      !isComplete && reading.end !== undefined && !error.message.endsWith("are not JSON"),
    "it says something else than it was told": text !== reading.text,
    "it says something else than before the change": promise === "says the same" && !saysAllOf(answer, parts),
    "its last part is no finish, or it fails after one": finish !== (isComplete ? parts.at(-1) : undefined),
    "it fails with no error of a provider": !isComplete && !isProviderError(error),
    "it counts tokens that are no counts": finish !== undefined && !countsIn(finish).every(isCount),
    "it reads on behind the end of the body": pulls > reads.length + 1,
    "it does not let go of the exchange": released !== 1,
  }
  return Object.entries(facts).flatMap(([complaint, isTrue]) => (isTrue ? [complaint] : []))
}

const saysAllOf = (
  { text, end, cities }: SampleAnswer,
  parts: ReadonlyArray<Response.StreamPartEncoded>,
): boolean =>
  textIn(parts) === text &&
  finishIn(parts)?.reason === end &&
  (end === undefined ||
    JSON.stringify(toolCallsIn(parts).map(({ params }) => params)) ===
      JSON.stringify(cities.map((city) => ({ city }))))

const isReason = Schema.is(ProviderErrorReason)
const isProviderError = (error: unknown): boolean =>
  error instanceof AIProviderError && isReason(error.reason)

const countsIn = ({ usage }: Response.FinishPartEncoded): ReadonlyArray<number | undefined> => [
  ...Object.values(usage.inputTokens),
  ...Object.values(usage.outputTokens),
]

const isCount = (count: number | undefined): boolean =>
  count === undefined || (Number.isSafeInteger(count) && count >= 0)

const describeSent = (seed: number, { speaker, answer, bytes, isBroken, reads }: Sent): string =>
  [
    `seed ${seed}`,
    `${speaker.name}, ${answer.name}`,
    `${reads.length} reads${isBroken ? " and a reset" : ""}`,
    Encoding.encode(bytes),
  ].join("; ")

const total = { complete: 0, failed: 0 }

afterAll(() => {
  console.info(`mutated streams: ${total.complete} complete, ${total.failed} failed`)
})

describe("an answer whose stream was mutated", () => {
  it("is one of 200,000", () => {
    expect(kinds.length * streamsPerKind).toBeGreaterThanOrEqual(200_000)
  })

  it.effect.each(kinds.map((kind, index) => ({ ...kind, seeds: firstSeed + index * streamsPerKind })))(
    "$fact",
    (kind) =>
      Effect.gen(function* () {
        const listen = yield* makeListener
        const found: Array<string> = []
        const tally = { complete: 0, failed: 0 }
        for (let seed = kind.seeds; seed < kind.seeds + streamsPerKind && found.length < 3; seed += 1) {
          const sent = sentBy(kind, seed)
          const heard = yield* listen(sent.speaker.name, sent)
          const wrong = complaints(kind.promise, sent, heard)
          if (wrong.length > 0) found.push(`${wrong.join(", ")} (${describeSent(seed, sent)})`)
          const isComplete = heard.exit?._tag === "Success" && heard.exit.value.error === undefined
          tally[isComplete ? "complete" : "failed"] += 1
        }
        total.complete += tally.complete
        total.failed += tally.failed
        expect(found).toEqual([])
        // Changes that always break an answer, or never, would prove little.
        expect(tally.failed).toBeGreaterThan(streamsPerKind / 20)
        expect(tally.complete > streamsPerKind / 20).toBe(kind.promise !== "fails")
      }),
    patience,
  )
})

const kilobyte = (piece: string): Uint8Array => bytesOf(piece.repeat(1024 / piece.length))

const endless: ReadonlyArray<readonly [what: string, begins: string, goesOn: Uint8Array]> = [
  ["a line of data", "data: ", kilobyte("x")],
  ["an event of many lines", "data: x\n", kilobyte("data: x\n")],
  ["the name of an event", "event: ", kilobyte("x")],
  ["a comment", ": ", kilobyte("x")],
  ["an unknown field", "x", kilobyte("x")],
]

describe("a stream of unusual size", () => {
  it.effect.each(endless)(
    "fails as too large at %s that does not end, and is read no further",
    ([, begins, goesOn]) =>
      Effect.gen(function* () {
        const listen = yield* makeListener
        const reads = [bytesOf(begins), ...Array.from({ length: 20 * 1024 }, () => goesOn)]
        const { exit, pulls, released } = yield* listen("openai", { reads, isBroken: false })
        expect(exit).toMatchObject({ _tag: "Success", value: { error: { reason: "MalformedResponse" } } })
        // The limit is 10 MB of text; the ends of lines come to that.
        expect(pulls).toBeLessThan(12 * 1024)
        expect(released).toBe(1)
      }),
    patience,
  )

  it.effect.each(["openai", "anthropic"] as const)(
    "is read whole when every byte of %s's 200 kB is a read of its own",
    (name) =>
      Effect.gen(function* () {
        const listen = yield* makeListener
        const dialect = name === "openai" ? "chat-completions" : "messages"
        const text = "漢字 is a word 👩‍🚀 ".repeat(500)
        const bytes = joined([...opening(dialect, text), ...closing(dialect)])
        expect(bytes.length).toBeGreaterThan(200_000)
        const { exit } = yield* listen(name, { reads: piecesOf(bytes, 1), isBroken: false })
        expect(exit?._tag === "Success" && exit.value.error === undefined && textIn(exit.value.parts)).toBe(
          text,
        )
      }),
    patience,
  )
})
