/** Whether a conversation asks to go on with an answer that broke off, and where that one stopped. Pure. */

export interface Turn {
  /** The dialect's own word; `assistant` in all of them for the model. */
  readonly role: string
  readonly text: string
}

/** Whether the last message is the beginning of the answer. */
export const isPrefilled = (turns: ReadonlyArray<Turn>): boolean => turns.at(-1)?.role === "assistant"

/**
 * How much of the text was already said: an assistant's message that is its beginning, last or before one user
 * message, as in a prefill or an instruction to continue. White space at its end does not count. The whole text before
 * a user message counts only where that message asks to continue: else it is a new question after a whole answer.
 */
export const saidOf = (turns: ReadonlyArray<Turn>, text: string): number => {
  const last = turns.at(-1)
  const partial = (isPrefilled(turns) ? last : last?.role === "user" ? turns.at(-2) : undefined) ?? noTurn
  const said = partial.text.trimEnd()
  if (partial.role !== "assistant" || said === "" || !text.startsWith(said)) return 0
  const isWhole = said === text.trimEnd()
  return isWhole && !isPrefilled(turns) && !/\bcontinu/i.test(last?.text ?? "") ? 0 : said.length
}

const noTurn: Turn = { role: "", text: "" }

/** Where the last words before a place begin. */
export const wordsBefore = (text: string, end: number, count: number): number => {
  const starts = [...text.slice(0, end).matchAll(/\S+/g)].map(({ index }) => index)
  return starts.at(-count) ?? 0
}
