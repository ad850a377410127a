/** Every fault in every dialect that has it, byte for byte: what comes, and how it ends. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { answerText, answerTokens, reasoningTokens } from "@/simulator/answer"
import type { DialectName } from "@/simulator/Fault"
import { faultExamples, type Fault, type faults } from "@/simulator/faults"
import { startFaultUpstream } from "@/simulator/FaultUpstream"
import { ask } from "./asking"
import type { RawResponse } from "./rawClient"
import { readStream, readWhole } from "./reading"

type Check = (response: RawResponse, dialect: DialectName) => void

interface Expected {
  readonly status?: number
  /** How many tokens of the answer come; default all. */
  readonly tokens?: number
  readonly thoughts?: number
  readonly call?: string
  /** `undefined`: none comes. */
  readonly finish?: keyof typeof finishes | undefined
  readonly terminal?: boolean
  readonly usages?: ReadonlyArray<number>
  readonly errors?: number
  readonly strange?: number
  /** The state of the connection, and whether the body came to its end; default open, and it did. */
  readonly state?: "open" | "fin" | "reset"
  readonly complete?: boolean
  /** What the body must hold before it counts as silent. */
  readonly awaits?: RegExp
  readonly also?: Check
}

const finishes = {
  stop: { "chat-completions": "stop", messages: "end_turn", ollama: "stop" },
  length: { "chat-completions": "length", messages: "max_tokens", ollama: "length" },
  refused: { "chat-completions": "content_filter", messages: "refusal", ollama: "stop" },
  calls: { "chat-completions": "tool_calls", messages: "tool_use", ollama: "stop" },
}

/** The answer goes no further, and nothing says that it was over. */
const broken: Expected = { finish: undefined, terminal: false, usages: [], complete: false }
const cut: Expected = { ...broken, tokens: 40, state: "fin" }
const nothing: Expected = { ...broken, tokens: 0 }

const refused = (status: number, also: Check = () => undefined): Expected => ({
  ...nothing,
  status,
  errors: 1,
  complete: true,
  also,
})

const header =
  (name: string, value: string | undefined): Check =>
  ({ headers }) => {
    assert.strictEqual(headers[name], value)
  }

const says =
  (words: Readonly<Record<DialectName, string>>): Check =>
  ({ body }, dialect) => {
    assert.include(body, words[dialect])
  }

/** Streamed. One row a fault: a fault without a row here does not compile. */
const expected: Readonly<Record<keyof typeof faults, Expected>> = {
  ok: {},
  continues: {},
  "ok-N-tokens": { tokens: 200, usages: [200] },
  "pace-Nms": {},
  "never-answers": { ...nothing, status: 0 },
  "headers-then-silence": nothing,
  "reset-before-headers": { ...nothing, status: 0, state: "reset" },
  "headers-after-Ns": {},
  "first-token-after-Ns": {},
  "cut-after-N-fin": { ...cut, complete: true, also: header("transfer-encoding", undefined) },
  "cut-after-N-reset": { ...cut, state: "reset" },
  "cut-after-N-unterminated": { ...cut, also: header("transfer-encoding", "chunked") },
  "cut-after-N-clean": { ...cut, state: "open", complete: true },
  "stall-after-N": { ...broken, tokens: 20 },
  "pings-after-N": {
    ...broken,
    tokens: 20,
    awaits: /(: still here\n\n|event: ping\ndata: \{"type":"ping"\}\n\n){2}$/,
  },
  "malformed-lines-N": { strange: 1 },
  "without-terminal-event": { terminal: false },
  "without-finish-reason": { finish: undefined },
  "odd-lines": {
    also: ({ body }) => {
      assert.notMatch(body, /[^\r]\n/)
      assert.match(body, /^: a comment\r\n/)
      assert.match(body, /\r\ndata: \{\r\ndata:/)
    },
  },
  "unknown-events": { strange: 3 },
  "split-code-points": {
    also: ({ chunks }) => {
      const halves = chunks.filter((chunk) => chunk.toString().includes("\uFFFD"))
      assert.isAbove(halves.length, 10)
    },
  },
  "huge-event-N-mb": { also: ({ body }) => assert.isAbove(body.length, 1024 * 1024) },
  "usage-twice": { usages: [30, 60] },
  "usage-missing": { usages: [] },
  "error-before-text": { ...nothing, errors: 1, complete: true },
  "error-after-N": {
    ...nothing,
    tokens: 20,
    errors: 1,
    complete: true,
    also: says({
      "chat-completions": 'data: {"error":{"message":"The engine is currently overloaded',
      messages: 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error"',
      ollama: '{"error":"server busy',
    }),
  },
  "error-with-200": refused(200, header("content-type", "application/json")),
  "page-with-200": {
    ...nothing,
    complete: true,
    also: ({ headers, body }) => {
      assert.include(headers["content-type"], "text/html")
      assert.match(body, /^<!doctype html>/)
    },
  },
  "json-with-200": {
    ...nothing,
    complete: true,
    also: ({ body }) => assert.deepStrictEqual(JSON.parse(body), { status: "ok" }),
  },
  "nothing-with-200": { ...nothing, complete: true, also: ({ body }) => assert.strictEqual(body, "") },
  length: { tokens: 20, usages: [20], finish: "length" },
  empty: { tokens: 0, usages: [0] },
  refusal: { tokens: 5, usages: [5], finish: "refused" },
  reasoning: { thoughts: 20, usages: [80] },
  "cut-in-reasoning": { ...cut, tokens: 0, thoughts: 10, complete: true },
  "tool-call": { tokens: 0, call: '{"city":"Zürich"}', finish: "calls", usages: [4] },
  "tool-call-cut": { ...cut, tokens: 0, call: '{"city":', complete: true },
  "rejects-prefill": {},
  "starts-over": {},
  "overlaps-N-words": {},
  "bad-request": refused(400),
  "context-too-long": refused(
    400,
    says({
      "chat-completions": "context_length_exceeded",
      messages: "prompt is too long",
      ollama: "exceeds the context length",
    }),
  ),
  "content-refused": refused(
    400,
    says({
      "chat-completions": "content_policy_violation",
      messages: "content filtering policy",
      ollama: "content policy",
    }),
  ),
  "bad-key": refused(
    401,
    says({ "chat-completions": "invalid_api_key", messages: "authentication_error", ollama: "unauthorized" }),
  ),
  "no-credit": refused(402),
  "quota-exhausted": refused(429, header("retry-after", undefined)),
  region: refused(403),
  "unknown-model": refused(404, ({ body }) => assert.include(body, "unknown-model")),
  "rate-limited": refused(429, header("retry-after", undefined)),
  "rate-limited-Ns": refused(429, header("retry-after", "1")),
  "rate-limited-Nms": refused(429, header("retry-after-ms", "300")),
  "server-error": refused(500),
  "bad-gateway": {
    ...nothing,
    status: 502,
    complete: true,
    also: ({ body }) => assert.include(body, "<h1>502 Bad Gateway</h1>"),
  },
  unavailable: refused(503),
  overloaded: refused(
    529,
    says({ "chat-completions": "overloaded", messages: "overloaded_error", ollama: "server busy" }),
  ),
  redirect: {
    ...nothing,
    status: 307,
    complete: true,
    also: ({ headers }) => assert.match(headers["location"] ?? "", /^http:\/\/localhost\/redirected\//),
  },
  "fails-N-times": refused(500),
  "rate-limited-Ns-once": refused(429, header("retry-after", "1")),
}

/** `faultExamples` has the rows' order. */
const rows: ReadonlyArray<readonly [name: string, fault: Fault, expected: Expected]> = Object.values(
  expected,
).map((row, index) => {
  const fault = faultExamples[index]
  assert.isDefined(fault)
  return [fault.name, fault, row]
})

/** Waits last a two-hundredth: "first token after 20 s" 100 ms. */
const start = startFaultUpstream({ timeScale: 1 / 200 })

const full = {
  finish: "stop" as const,
  terminal: true,
  usages: [60],
  tokens: 60,
  thoughts: 0,
  call: "",
  errors: 0,
  strange: 0,
  status: 200,
  state: "open" as const,
  complete: true,
}

/** Pages and other JSON are no events; the reader calls them strange. */
const isForeign = (fault: Fault): boolean => fault.behaviour.does === "reply"

describe.concurrent.each(rows)("%s, streamed", (name, fault, row) => {
  it.live.each([...fault.dialects])("%s", (dialect) =>
    Effect.gen(function* () {
      const upstream = yield* start
      const wanted = { ...full, ...row }
      const written = answerTokens(wanted.tokens).join("")
      const client = yield* ask(upstream, { dialect, model: name, streams: true }, (asked) => {
        const body = asked.response()?.body
        if (body === undefined) return wanted.status === 0
        return readStream(dialect, body).text === written && (row.awaits?.test(body) ?? true)
      })
      assert.strictEqual(client.state(), wanted.state)
      const response = client.response()
      assert.strictEqual(response?.status ?? 0, wanted.status)
      if (response === undefined) return
      assert.strictEqual(response.isComplete, wanted.complete)
      row.also?.(response, dialect)
      if (isForeign(fault)) return
      const isJson = response.headers["content-type"] === "application/json"
      const { text, ...read } = (isJson ? readWhole : readStream)(dialect, response.body)
      // A reset may overtake what was written before it.
      if (wanted.state === "reset") assert.isTrue(written.startsWith(text))
      else assert.strictEqual(text, written)
      assert.deepStrictEqual(
        { ...read, finish: read.finish ?? "none" },
        {
          thoughts: reasoningTokens(wanted.thoughts).join(""),
          call: wanted.call,
          finish: wanted.finish === undefined ? "none" : finishes[wanted.finish][dialect],
          ended: wanted.terminal,
          usages: wanted.usages,
          errors: wanted.errors,
          strange: wanted.strange,
        },
      )
      if (text !== "")
        assert.strictEqual(upstream.requests()[0]?.tokensWritten, wanted.tokens + wanted.thoughts)
      assert.strictEqual(upstream.requests()[0]?.fault, name)
    }),
  )
})

/** What an answer in one piece makes of a fault: broken faults break its body, errors in the stream are its own. */
const wholeOf = ({ behaviour }: Fault, row: Expected): Expected => {
  if (behaviour.does !== "answer" || behaviour.ends === "whole") return { ...full, ...row, terminal: true }
  if (behaviour.ends.how === "error") return refused(500)
  return { ...broken, state: wholeStates[behaviour.ends.how] }
}

const wholeStates = {
  fin: "fin",
  unterminated: "fin",
  clean: "fin",
  reset: "reset",
  stall: "open",
  pings: "open",
} as const

describe.concurrent.each(rows)("%s, in one piece", (name, fault, row) => {
  it.live.each([...fault.dialects])("%s", (dialect) =>
    Effect.gen(function* () {
      const upstream = yield* start
      const wanted = { ...full, ...wholeOf(fault, row) }
      const client = yield* ask(
        upstream,
        { dialect, model: name, streams: false },
        (asked) => wanted.status === 0 || asked.response() !== undefined,
      )
      assert.strictEqual(client.state(), wanted.state)
      const response = client.response()
      assert.strictEqual(response?.status ?? 0, wanted.status)
      if (response === undefined) return
      assert.strictEqual(response.isComplete, wanted.complete)
      if (!response.isComplete || isForeign(fault) || wanted.status >= 300) return
      assert.strictEqual(response.headers["content-type"], "application/json")
      const { text, thoughts, call, errors } = readWhole(dialect, response.body)
      assert.strictEqual(errors, wanted.errors)
      assert.strictEqual(text, answerText(wanted.tokens))
      assert.strictEqual(thoughts, reasoningTokens(wanted.thoughts).join(""))
      assert.strictEqual(call, wanted.call)
    }),
  )
})
