/** An answer event by event, at its pace, and the way in which it ends. Pure; pings go on for ever, hence a generator. */
import * as Duration from "effect/Duration"
import * as Json from "@/services/ai/wire/json"
import type { Frame } from "./dialects/Dialect"
import { commentText, malformedText, toText } from "./dialects/lines"
import type { Answering, Insertion } from "./Fault"
import { bodyBytes, bytesOf, headBytes, lastChunk, splitInCodePoints, type Framing } from "./httpResponse"
import { messageOf } from "./message"
import type { Exchange, Step } from "./Step"

const pingInterval = Duration.seconds(1)

export function* streamSteps(answer: Answering, exchange: Exchange): Generator<Step, void, void> {
  const { dialect, request, asked } = exchange
  const { opening, pieces, closing } = dialect.events(messageOf(answer, exchange))
  const framing = framingOf(answer, exchange)
  const keepsAlive = framing === "chunked" && request.keepsAlive
  const write = writing(framing, answer.splitsCodePoints)
  const textOf = (frames: ReadonlyArray<Frame>): string =>
    frames.map((frame) => toText(frame, dialect, answer.lines)).join("")
  const inserted = ({ what }: Insertion): string =>
    what === "malformed-line" ? malformedText(dialect) : textOf([dialect.unknownFrame])

  yield { type: "wait", duration: answer.headersDelay }
  yield headStep(exchange, framing, keepsAlive)
  yield* write(textOf(opening))
  yield { type: "wait", duration: answer.firstTokenDelay }
  for (const [index, frames] of pieces.slice(0, stopOf(answer)).entries()) {
    for (const insertion of answer.insertions)
      if (insertion.before === index) yield* write(inserted(insertion))
    if (index > 0) yield { type: "wait", duration: answer.pace }
    yield* write(textOf(index === 0 ? frames.map(padded(answer.padding)) : frames), "token")
  }
  if (answer.ends === "whole") {
    for (const frame of closing) yield* write(textOf([frame]))
    return yield* terminated(framing, keepsAlive, "finished")
  }
  switch (answer.ends.how) {
    case "error":
      yield* write(textOf([dialect.refusalFrame(answer.ends.kind, asked.model)]))
      return yield* terminated(framing, keepsAlive, "finished")
    case "clean":
      return yield* terminated(framing, keepsAlive, "cut")
    case "fin":
    case "unterminated":
      return yield { type: "end", connection: "fin", ended: "cut" }
    case "reset":
      return yield { type: "end", connection: "reset", ended: "reset" }
    case "stall":
      return yield { type: "end", connection: "open", ended: "stalling" }
    case "pings":
      for (;;) {
        yield { type: "wait", duration: pingInterval }
        yield* write(dialect.pingFrame === "comment" ? commentText : textOf([dialect.pingFrame]), "ping")
      }
  }
}

/** Headers, and nothing after them. */
export const headersAlone = (exchange: Exchange): ReadonlyArray<Step> => [
  headStep(exchange, exchange.request.isVersion1_1 ? "chunked" : "close", exchange.request.keepsAlive),
  { type: "end", connection: "open", ended: "stalling" },
]

const headStep = ({ dialect, sequence }: Exchange, framing: Framing, keepsAlive: boolean): Step => ({
  type: "write",
  holds: "head",
  bytes: headBytes({
    status: 200,
    contentType: dialect.lines === "sse" ? "text/event-stream; charset=utf-8" : "application/x-ndjson",
    headers: { "cache-control": "no-cache", ...dialect.headers(sequence) },
    framing,
    keepsAlive,
  }),
})

const framingOf = ({ ends }: Answering, { request }: Exchange): Framing =>
  request.isVersion1_1 && (ends === "whole" || ends.how !== "fin") ? "chunked" : "close"

const stopOf = ({ ends }: Answering): number => (ends === "whole" ? Infinity : ends.after)

const writing =
  (framing: Framing, splits: boolean) =>
  (text: string, holds: "token" | "ping" | "other" = "other"): ReadonlyArray<Step> => {
    // An empty chunk would be the last one.
    if (text === "") return []
    const writes = splits ? splitInCodePoints(bytesOf(text)) : [bytesOf(text)]
    return writes.map((bytes, index) => ({
      type: "write",
      bytes: bodyBytes(bytes, framing),
      holds: index === writes.length - 1 ? holds : "other",
    }))
  }

/** The end of a body as HTTP wants it. */
const terminated = (
  framing: Framing,
  keepsAlive: boolean,
  ended: "finished" | "cut",
): ReadonlyArray<Step> => [
  ...(framing === "chunked" ? [{ type: "write" as const, bytes: lastChunk(), holds: "other" as const }] : []),
  { type: "end", connection: keepsAlive ? "keep" : "fin", ended },
]

const padded =
  (bytes: number) =>
  (frame: Frame): Frame => {
    const fields = Json.asObject(frame.data)
    return bytes === 0 || fields === undefined
      ? frame
      : { ...frame, data: { ...fields, padding: "x".repeat(bytes) } }
  }
