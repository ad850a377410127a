/** Every way in which the fault upstream can behave, by name. Adding a fault is adding a row. */
import * as Duration from "effect/Duration"
import {
  defaults,
  type Answering,
  type Behaviour,
  type Breaking,
  type DialectName,
  type Refusing,
} from "./Fault"

interface Row {
  readonly description: string
  /** A number stands in its name for the `N`. */
  readonly behaviour: (number: number) => Behaviour
  /** The number it is shown and tested with. */
  readonly example: number
  readonly dialects: ReadonlyArray<DialectName>
}

const everyDialect: ReadonlyArray<DialectName> = ["chat-completions", "messages", "ollama"]
/** What Ollama's own lines cannot express. */
const eventStreams: ReadonlyArray<DialectName> = ["chat-completions", "messages"]

const row = (
  description: string,
  behaviour: Behaviour | Row["behaviour"],
  { example = 0, dialects = everyDialect }: Partial<Pick<Row, "example" | "dialects">> = {},
): Row => ({
  description,
  behaviour: typeof behaviour === "function" ? behaviour : () => behaviour,
  example,
  dialects,
})

const answer = (changes: Partial<Answering> = {}): Answering => ({ ...defaults, ...changes })

const breaks = (after: number, how: Breaking["how"]): Answering => answer({ ends: { after, how } })

const refuse = (
  status: number,
  kind: Refusing["kind"],
  headers: Readonly<Record<string, string>> = {},
): Refusing => ({ does: "refuse", status, kind, headers })

const rateLimited = (seconds: number): Refusing =>
  refuse(429, "rate-limited", { "retry-after": String(seconds) })

const malformedLines = (count: number): Answering =>
  answer({
    insertions: Array.from({ length: count }, (_, index) => ({
      before: 20 + index,
      what: "malformed-line" as const,
    })),
  })

export const faults = {
  ok: row("a whole answer of 60 tokens; asked to continue, it goes on where the text stopped", answer()),
  continues: row("the same, under the name of what a good rescuer does", answer()),
  "ok-N-tokens": row("a whole answer of N tokens", (length) => answer({ length }), { example: 200 }),
  "pace-Nms": row("N ms between tokens", (ms) => answer({ pace: Duration.millis(ms) }), {
    example: 50,
  }),

  "never-answers": row("takes the request and sends nothing, not even headers", {
    does: "silence",
    headers: false,
  }),
  "headers-then-silence": row("sends headers and nothing after them", { does: "silence", headers: true }),
  "reset-before-headers": row("resets the connection once it has the request", { does: "reset" }),
  "headers-after-Ns": row(
    "headers after N s, then the answer",
    (seconds) => answer({ headersDelay: Duration.seconds(seconds) }),
    { example: 2 },
  ),
  "first-token-after-Ns": row(
    "headers at once, the first token after N s",
    (seconds) => answer({ firstTokenDelay: Duration.seconds(seconds) }),
    { example: 20 },
  ),

  "cut-after-N-fin": row(
    "the connection closes after N tokens, which is also how this body would end",
    (after) => breaks(after, "fin"),
    { example: 40 },
  ),
  "cut-after-N-reset": row("the connection is reset after N tokens", (after) => breaks(after, "reset"), {
    example: 40,
  }),
  "cut-after-N-unterminated": row(
    "the connection closes after N tokens, before the last chunk of the body",
    (after) => breaks(after, "unterminated"),
    { example: 40 },
  ),
  "cut-after-N-clean": row(
    "the body ends as HTTP wants it after N tokens, without finish reason and terminal event",
    (after) => breaks(after, "clean"),
    { example: 40 },
  ),
  "stall-after-N": row("silence after N tokens", (after) => breaks(after, "stall"), { example: 20 }),
  "pings-after-N": row(
    "nothing but comments or pings after N tokens, every second",
    (after) => breaks(after, "pings"),
    { example: 20, dialects: eventStreams },
  ),

  "malformed-lines-N": row("lines in the middle that are not JSON: N", malformedLines, { example: 1 }),
  "without-terminal-event": row(
    "finish reason and usage, but no [DONE] or message_stop",
    answer({ tellsEnd: false }),
    { dialects: eventStreams },
  ),
  "without-finish-reason": row(
    "[DONE] or message_stop, but no finish reason",
    answer({ tellsFinish: false }),
    { dialects: eventStreams },
  ),
  "odd-lines": row("CR LF, comments, ids, and data over several lines", answer({ lines: "odd" }), {
    dialects: eventStreams,
  }),
  "unknown-events": row(
    "events of a type that nobody knows, between the tokens",
    answer({ insertions: [0, 1, 30].map((before) => ({ before, what: "unknown-event" as const })) }),
    { dialects: eventStreams },
  ),
  "split-code-points": row("writes that end inside a UTF-8 code point", answer({ splitsCodePoints: true })),
  "huge-event-N-mb": row(
    "an event that carries N MB beside its token",
    (megabytes) => answer({ padding: megabytes * 1024 * 1024 }),
    { example: 1 },
  ),
  "usage-twice": row("a first usage with the finish reason, then the right one", answer({ usage: "twice" }), {
    dialects: eventStreams,
  }),
  "usage-missing": row("a whole answer without usage", answer({ usage: "missing" })),

  "error-before-text": row(
    "the dialect's error inside the stream, before any text",
    answer({ ends: { after: 0, how: "error", kind: "overloaded" } }),
  ),
  "error-after-N": row(
    "the dialect's error inside the stream, after N tokens",
    (after) => answer({ ends: { after, how: "error", kind: "overloaded" } }),
    { example: 20 },
  ),
  "error-with-200": row("status 200 with the body of an error", refuse(200, "server-error")),
  "page-with-200": row("status 200 with a page", {
    does: "reply",
    status: 200,
    contentType: "text/html; charset=utf-8",
    body: "<!doctype html><html><body><h1>Sign in to the network</h1></body></html>",
  }),
  "json-with-200": row("status 200 with JSON of no dialect", {
    does: "reply",
    status: 200,
    contentType: "application/json",
    body: '{"status":"ok"}',
  }),
  "nothing-with-200": row("status 200 with an empty event stream", {
    does: "reply",
    status: 200,
    contentType: "text/event-stream",
    body: "",
  }),

  length: row("cut by its length limit after 20 tokens", answer({ limit: 20, finish: "length" })),
  empty: row("a whole answer without text", answer({ length: 0 })),
  refusal: row(
    "a few words, and a finish reason that says that the content was refused",
    answer({ limit: 5, finish: "content-filter" }),
    { dialects: eventStreams },
  ),
  reasoning: row("20 tokens of thought, then the answer", answer({ thoughts: 20 })),
  "cut-in-reasoning": row(
    "the connection closes after 10 tokens of thought",
    answer({ thoughts: 20, ends: { after: 10, how: "fin" } }),
  ),
  "tool-call": row("a call of the request's first tool, whole", answer({ content: "tool-call" })),
  "tool-call-cut": row(
    "the connection closes inside the arguments of a tool call",
    answer({ content: "tool-call", ends: { after: 2, how: "fin" } }),
    { dialects: eventStreams },
  ),

  "rejects-prefill": row(
    "refuses a conversation that ends with an assistant's message; answers any other",
    answer({ takesPrefill: false }),
  ),
  "starts-over": row("asked to continue, it begins the answer again", answer({ continues: "anew" })),
  "overlaps-N-words": row(
    "asked to continue, it repeats the last N words first",
    (overlap) => answer({ continues: { overlap } }),
    { example: 5 },
  ),

  "bad-request": row("400: the request is wrong", refuse(400, "bad-request")),
  "context-too-long": row("400: the context is too long", refuse(400, "context-too-long")),
  "content-refused": row("400: the vendor's policy refuses the content", refuse(400, "content-refused")),
  "bad-key": row("401: the key is wrong", refuse(401, "bad-key")),
  "no-credit": row("402: nothing left to pay with", refuse(402, "no-credit")),
  "quota-exhausted": row("429 that no wait will cure: the quota is used up", refuse(429, "quota-exhausted")),
  region: row("403: not in this region", refuse(403, "region")),
  "unknown-model": row("404: no such model", refuse(404, "unknown-model")),
  "rate-limited": row("429 without a hint when to come again", refuse(429, "rate-limited")),
  "rate-limited-Ns": row("429 with Retry-After: N s", rateLimited, { example: 1 }),
  "rate-limited-Nms": row(
    "429 with retry-after-ms: N",
    (ms) => refuse(429, "rate-limited", { "retry-after-ms": String(ms) }),
    { example: 300 },
  ),
  "server-error": row("500: a fault of the vendor's own", refuse(500, "server-error")),
  "bad-gateway": row("502 with a proxy's page", {
    does: "reply",
    status: 502,
    contentType: "text/html",
    body: "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
  }),
  unavailable: row("503: overloaded, as OpenAI and Ollama tell it", refuse(503, "overloaded")),
  overloaded: row("529: overloaded, as Anthropic tells it", refuse(529, "overloaded")),
  redirect: row("307 to another origin", { does: "redirect", status: 307 }),

  "fails-N-times": row(
    "500 for the first N requests, then whole answers",
    (times) => ({ does: "flap", times, first: refuse(500, "server-error"), then: answer() }),
    { example: 2 },
  ),
  "rate-limited-Ns-once": row(
    "429 with Retry-After: N s for the first request, then whole answers",
    (seconds) => ({ does: "flap", times: 1, first: rateLimited(seconds), then: answer() }),
    { example: 1 },
  ),
} satisfies Readonly<Record<string, Row>>

/** `cut-after-N-fin` is every `cut-after-40-fin`. */
export type FaultName = Filled<keyof typeof faults>

type Filled<Name extends string> = Name extends `${infer Before}N${infer After}`
  ? `${Before}${number}${After}`
  : Name

export interface Fault {
  readonly name: string
  readonly description: string
  readonly behaviour: Behaviour
  readonly dialects: ReadonlyArray<DialectName>
}

const toFault = (
  [template, { description, behaviour, dialects }]: readonly [string, Row],
  number: number,
): Fault => ({
  name: template.replace("N", String(number)),
  description: description.replace(/\bN\b/, String(number)),
  behaviour: behaviour(number),
  dialects,
})

const rows: ReadonlyArray<readonly [name: string, row: Row]> = Object.entries(faults)

const patterns = rows.map((entry) => [new RegExp(`^${entry[0].replace("N", "(\\d+)")}$`), entry] as const)

/** The fault of that name, or undefined where it names none. */
export const faultNamed = (name: string): Fault | undefined => {
  for (const [pattern, entry] of patterns) {
    const match = pattern.exec(name)
    if (match !== null) return toFault(entry, Number(match[1] ?? 0))
  }
  return undefined
}

/** One of each row, with its example for the number. */
export const faultExamples: ReadonlyArray<Fault> = rows.map((entry) => toFault(entry, entry[1].example))
