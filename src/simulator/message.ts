/** What an answer says to a request: its pieces, its finish reason and its usage, in no dialect's words. Pure. */
import { answerText, answerTokens, reasoningTokens, tokensFrom } from "./answer"
import { isPrefilled, saidOf, wordsBefore } from "./continuation"
import type { Asked, Message, Piece, Usage } from "./dialects/Dialect"
import type { Answering } from "./Fault"
import type { Exchange } from "./Step"

export const messageOf = (answer: Answering, { sequence, asked }: Exchange): Message => {
  const pieces = piecesOf(answer, asked)
  const usage: Usage = {
    input: asked.turns.reduce((count, { text }) => count + (text.match(/\S+/g)?.length ?? 0), 0),
    output: pieces.length,
    reasoning: answer.thoughts,
  }
  const early: Usage = { ...usage, output: Math.ceil(usage.output / 2) }
  const usages = { once: [usage], twice: [early, usage], missing: [] }
  const finish = answer.content === "tool-call" ? "tool-calls" : answer.finish
  return {
    sequence,
    model: asked.model,
    pieces,
    finish: answer.tellsFinish ? finish : undefined,
    tellsEnd: answer.tellsEnd,
    usages: asked.wantsUsage ? usages[answer.usage] : [],
  }
}

export const refusesPrefill = (answer: Answering, { turns }: Asked): boolean =>
  !answer.takesPrefill && isPrefilled(turns)

const piecesOf = (answer: Answering, asked: Asked): ReadonlyArray<Piece> => {
  if (answer.content === "tool-call") return toolPieces(asked.tool ?? "weather")
  return [
    ...reasoningTokens(answer.thoughts).map((text) => ({ type: "reasoning" as const, text })),
    ...textTokens(answer, asked)
      .slice(0, answer.limit)
      .map((text) => ({ type: "text" as const, text })),
  ]
}

const toolPieces = (name: string): ReadonlyArray<Piece> => [
  { type: "tool-start", name, json: "" },
  { type: "tool-json", json: '{"city":' },
  { type: "tool-json", json: '"Zür' },
  { type: "tool-json", json: 'ich"}' },
]

const textTokens = ({ length, continues }: Answering, { turns }: Asked): ReadonlyArray<string> => {
  const tokens = answerTokens(length)
  const text = answerText(length)
  const said = saidOf(turns, text)
  if (said === 0 || continues === "anew") return tokens
  return tokensFrom(tokens, continues === "exactly" ? said : wordsBefore(text, said, continues.overlap))
}
