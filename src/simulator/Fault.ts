/** What a fault is: data that says how the upstream behaves for one request. */
import * as Duration from "effect/Duration"
import { defaults as answerDefaults } from "./answer"

export type DialectName = "chat-completions" | "messages" | "ollama"

/** Why a request is refused; every dialect has its own words for each. */
export type RefusalKind =
  | "bad-request"
  | "bad-key"
  | "no-credit"
  | "quota-exhausted"
  | "region"
  | "unknown-path"
  | "unknown-model"
  | "wrong-method"
  | "too-large"
  | "rate-limited"
  | "server-error"
  | "overloaded"
  | "context-too-long"
  | "content-refused"
  | "prefill-refused"

export type Headers = Readonly<Record<string, string>>

export interface Refusing {
  readonly does: "refuse"
  readonly status: number
  readonly kind: RefusalKind
  readonly headers: Headers
}

/** Counted in pieces: tokens of text or of thought, or fragments of a tool call's arguments. */
export interface Breaking {
  readonly after: number
  /**
   * `fin`: the connection closes, which is also the only end that this body has. `unterminated`: it closes before the
   * last chunk. `clean`: the last chunk comes, the terminal event does not. `stall`: silence. `pings`: nothing but
   * comments or pings, every second.
   */
  readonly how: "fin" | "reset" | "unterminated" | "clean" | "stall" | "pings"
}

/** An error of the dialect inside the stream, after which the body ends as it should. */
export interface Erring {
  readonly after: number
  readonly how: "error"
  readonly kind: RefusalKind
}

export type Finish = "stop" | "length" | "content-filter" | "tool-calls"

export interface Insertion {
  /** Before which piece, from 0. */
  readonly before: number
  readonly what: "malformed-line" | "unknown-event"
}

export interface Answering {
  readonly does: "answer"
  readonly content: "text" | "tool-call"
  /** Of the whole text, of which the answer may be a part. */
  readonly length: number
  /** Pieces of reasoning before the text. */
  readonly thoughts: number
  /** Ends with the finish reason `length` after so many tokens. */
  readonly limit: number
  readonly finish: Finish
  /** Whether the finish reason comes at all. */
  readonly tellsFinish: boolean
  /** Whether `[DONE]` or `message_stop` comes. */
  readonly tellsEnd: boolean
  readonly usage: "once" | "twice" | "missing"
  readonly takesPrefill: boolean
  /** Asked to continue an answer: `anew` begins it again, `overlap` repeats so many of its last words first. */
  readonly continues: "exactly" | "anew" | { readonly overlap: number }
  readonly headersDelay: Duration.Duration
  /** After the headers and the opening event. */
  readonly firstTokenDelay: Duration.Duration
  /** Between tokens. */
  readonly pace: Duration.Duration
  /** `odd`: CR LF, comments, fields that mean nothing here, data over several lines. */
  readonly lines: "plain" | "odd"
  readonly insertions: ReadonlyArray<Insertion>
  /** Ends a write inside every code point that has more than one byte. */
  readonly splitsCodePoints: boolean
  /** Bytes that the first piece's event carries beside it. */
  readonly padding: number
  readonly ends: "whole" | Breaking | Erring
}

/** What can be done for one request. */
export type Deed =
  | Answering
  | Refusing
  /** Any bytes under any status. */
  | {
      readonly does: "reply"
      readonly status: number
      readonly contentType: string
      readonly body: string
    }
  /** To `/redirected` on `localhost`, another origin than the upstream's own `127.0.0.1`. */
  | { readonly does: "redirect"; readonly status: number }
  /** The open connection says nothing: not even headers, or nothing after them. */
  | { readonly does: "silence"; readonly headers: boolean }
  | { readonly does: "reset" }

export type Behaviour = Deed | Flapping

/** One deed for the first requests of a route, another for those after. */
export interface Flapping {
  readonly does: "flap"
  readonly times: number
  readonly first: Deed
  readonly then: Deed
}

export const defaults: Answering = {
  does: "answer",
  content: "text",
  length: answerDefaults.length,
  thoughts: 0,
  limit: Infinity,
  finish: "stop",
  tellsFinish: true,
  tellsEnd: true,
  usage: "once",
  takesPrefill: true,
  continues: "exactly",
  headersDelay: Duration.zero,
  firstTokenDelay: Duration.zero,
  pace: Duration.zero,
  lines: "plain",
  insertions: [],
  splitsCodePoints: false,
  padding: 0,
  ends: "whole",
}
