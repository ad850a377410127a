/** The title of a conversation that nobody has named: the beginning of its first question. Pure. */

const maxLength = 60

export const untitled = "New chat"

export const titleOf = (question: string): string => {
  const line = question.trim().split(/\r?\n/, 1)[0]?.replace(/\s+/g, " ").trim() ?? ""
  if (line === "") return untitled
  const characters = [...line]
  if (characters.length <= maxLength) return line
  const cut = characters.slice(0, maxLength - 1).join("")
  const lastSpace = cut.lastIndexOf(" ")
  return `${lastSpace > maxLength / 2 ? cut.slice(0, lastSpace) : cut}…`
}
