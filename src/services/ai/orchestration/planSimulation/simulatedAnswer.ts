/** What a simulated provider writes: numbered words, so that a text that was continued can be told from a text that was spoilt. */
import type * as Prompt from "effect/ai/Prompt"
import type * as Response from "effect/ai/Response"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { AiError } from "../../core/AgentLanguageModel"
import type { RequestSize } from "../planReport/bounds"

export const defaults = {
  /** Between two tokens. */
  pace: Duration.millis(20),
  /** Tokens of one part of an answer. */
  part: 25,
  /** As many as the instruction to continue asks to have repeated. */
  repeatedWords: 5,
}

/** What of the answer a request holds already, in tokens. */
export interface Said {
  readonly tokens: number
  /** Of them, those that are said once more. */
  readonly repeated: number
}

/** Each word counts as one token. */
export const answerText = (from: number, to: number): string =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => `w${from + index}`).join(" ")

/** The beginning of its answer is the last message, or stands before the one that asks to go on. */
export const saidIn = ({ content }: Prompt.Prompt): Said => {
  const last = content.at(-1)
  const isPrefill = last?.role === "assistant"
  const tokens = tokensOf(isPrefill ? last : content.at(-2))
  return { tokens, repeated: isPrefill ? 0 : Math.min(tokens, defaults.repeatedWords) }
}

const tokensOf = (message: Prompt.Message | undefined): number => {
  if (message?.role !== "assistant") return 0
  const text = message.content.map((part) => (part.type === "text" ? part.text : "")).join("")
  return text.split(/\s+/).filter((word) => word !== "").length
}

export interface Writing {
  readonly size: RequestSize
  readonly said: Said
  /** Until the first token, or until the end where there is none. */
  readonly wait: Duration.Duration
  /** Tokens, after which it breaks off. */
  readonly limit: number
  /** Whether it then says that it has ended. */
  readonly isFinished: boolean
}

export const writing = (options: Writing): Stream.Stream<Response.StreamPartEncoded, AiError> =>
  Stream.fromIterable(timedParts(options)).pipe(
    Stream.rechunk(1),
    Stream.mapEffect(({ wait, parts }) => Effect.as(Effect.sleep(wait), parts)),
    Stream.flatMap(Stream.fromIterable),
  )

interface Timed {
  readonly wait: Duration.Duration
  readonly parts: ReadonlyArray<Response.StreamPartEncoded>
}

const timedParts = ({ size, said, wait, limit, isFinished }: Writing): ReadonlyArray<Timed> => {
  const first = said.tokens - said.repeated
  const end = Math.min(size.outputTokens, first + limit)
  const ending: ReadonlyArray<Response.StreamPartEncoded> = isFinished
    ? [{ type: "finish", reason: "stop", usage: usageOf(size, said, end - first), response: undefined }]
    : []
  if (end <= first) return [{ wait, parts: ending }]
  const timed: Array<Timed> = [{ wait, parts: [deltaOf(first, first + 1, said)] }]
  for (let from = first + 1; from < end; from += defaults.part) {
    const to = Math.min(end, from + defaults.part)
    timed.push({ wait: Duration.times(defaults.pace, to - from), parts: [deltaOf(from, to, said)] })
  }
  return [...timed, { wait: Duration.zero, parts: ending }]
}

/** A text that is repeated begins with its word, a text that goes on with the space before it. */
const deltaOf = (from: number, to: number, { tokens, repeated }: Said): Response.StreamPartEncoded => {
  const isBeginning = from === 0 || (repeated > 0 && from === tokens - repeated)
  return { type: "text-delta", id: "0", delta: `${isBeginning ? "" : " "}${answerText(from, to)}` }
}

const usageOf = (size: RequestSize, said: Said, written: number): typeof Response.Usage.Encoded => {
  const input = size.inputTokens + said.tokens
  return {
    inputTokens: { uncached: input, total: input, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: written, text: written, reasoning: undefined },
  }
}
