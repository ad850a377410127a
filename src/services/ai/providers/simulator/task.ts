/** What a conversation asks of the simulator: a new answer, or the rest of one that broke off. Pure. */
import type * as Prompt from "effect/ai/Prompt"
import { textOf } from "../promptContent"

export interface Task {
  readonly question: string
  /** How the answer begins that broke off; empty for a new answer. */
  readonly begun: string
}

/** An answer that broke off stands last, or before a message that says so and asks to go on. */
export const taskOf = (prompt: Prompt.Prompt): Task => {
  const turns = prompt.content.map(({ role, content }) => ({
    role,
    text: typeof content === "string" ? content : textOf(content),
  }))
  const last = turns.at(-1)
  const asksToContinue = last?.role === "user" && instruction.test(last.text)
  const answer = asksToContinue ? turns.length - 2 : turns.length - 1
  const begun = turns[answer]?.role === "assistant" ? (turns[answer]?.text ?? "") : ""
  const before = begun === "" ? turns : turns.slice(0, answer)
  return { question: before.findLast(({ role }) => role === "user")?.text ?? "", begun }
}

/** A user who only says "continue" after a whole answer does not ask for its rest. */
const instruction = /\bcut off\b[^]*\bcontinue\b/i

/** White space at the end of what was written is not kept on the way, so the rest begins with it. */
export const restOf = (text: string, begun: string): string => {
  const written = begun.trimEnd()
  return text.startsWith(written) ? text.slice(written.length) : text
}
