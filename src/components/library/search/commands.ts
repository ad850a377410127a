/** What the palette can do besides finding. Pure. */

export const commands = [
  { id: "newChat", words: "New chat" },
  { id: "import", words: "Import chats…" },
  { id: "export", words: "Export all chats" },
  { id: "usage", words: "Usage and cost" },
  { id: "theme", words: "Switch between light and dark" },
] as const

export type Command = (typeof commands)[number]

/** Those of whose words every word that was typed is the beginning of one. */
export const matching = (typed: string): ReadonlyArray<Command> => {
  const wanted = wordsOf(typed)
  return commands.filter(({ words }) => {
    const own = wordsOf(words)
    return wanted.every((word) => own.some((other) => other.startsWith(word)))
  })
}

const wordsOf = (text: string): ReadonlyArray<string> => text.toLowerCase().split(/\s+/).filter(Boolean)
