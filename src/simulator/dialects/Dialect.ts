/** What a dialect is to the fault upstream: how it reads a request, and how it writes an answer or an error. */
import type { JsonObject } from "@/services/ai/wire/json"
import type { Turn } from "../continuation"
import type { DialectName, Finish, Headers, RefusalKind } from "../Fault"

/** What a request asks for. */
export interface Asked {
  readonly model: string
  readonly turns: ReadonlyArray<Turn>
  readonly streams: boolean
  readonly wantsUsage: boolean
  /** The name of the first tool that it offers. */
  readonly tool: string | undefined
}

/** The smallest part of an answer, an event of its own. */
export type Piece =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  | { readonly type: "tool-start"; readonly name: string; readonly json: string }
  | { readonly type: "tool-json"; readonly json: string }

export interface Usage {
  readonly input: number
  readonly output: number
  readonly reasoning: number
}

export interface Message {
  /** Counts the requests; ids are made of it. */
  readonly sequence: number
  readonly model: string
  readonly pieces: ReadonlyArray<Piece>
  /** Absent: it is not told. */
  readonly finish: Finish | undefined
  readonly tellsEnd: boolean
  /** None, one, or a first one and the right one. */
  readonly usages: ReadonlyArray<Usage>
}

/** One event or line of a stream. */
export interface Frame {
  readonly event?: string
  readonly data: JsonObject | string
}

export interface Events {
  readonly opening: ReadonlyArray<Frame>
  /** As many as there are pieces. */
  readonly pieces: ReadonlyArray<ReadonlyArray<Frame>>
  readonly closing: ReadonlyArray<Frame>
}

export interface Dialect {
  readonly name: DialectName
  /** Server-sent events, or one line of JSON after the other. */
  readonly lines: "sse" | "ndjson"
  /** Whose script counts for a path that names no route. */
  readonly defaultKey: string
  readonly read: (body: JsonObject) => Asked
  readonly events: (message: Message) => Events
  /** The answer to a request that does not stream. */
  readonly whole: (message: Message) => JsonObject
  readonly refusal: (kind: RefusalKind, model: string) => JsonObject
  /** The same inside a stream. */
  readonly refusalFrame: (kind: RefusalKind, model: string) => Frame
  readonly unknownFrame: Frame
  readonly pingFrame: Frame | "comment"
  readonly headers: (sequence: number) => Headers
}

export const textIn = (pieces: ReadonlyArray<Piece>, type: "text" | "reasoning"): string =>
  pieces.map((piece) => (piece.type === type ? piece.text : "")).join("")

/** The call that an answer makes, where it makes one. */
export const callIn = (
  pieces: ReadonlyArray<Piece>,
): { readonly name: string; readonly json: string } | undefined => {
  const start = pieces.find((piece) => piece.type === "tool-start")
  if (start === undefined) return undefined
  return { name: start.name, json: pieces.map((piece) => ("json" in piece ? piece.json : "")).join("") }
}
