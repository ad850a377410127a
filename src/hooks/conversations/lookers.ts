/** Which chats are looked at, and by how many. */
export interface Lookers {
  readonly has: (chatId: string) => boolean
  readonly ids: () => ReadonlyArray<string>
  readonly join: (chatId: string) => void
  /** Whether it was the last. */
  readonly leave: (chatId: string) => boolean
}

export const makeLookers = (): Lookers => {
  const counts = new Map<string, number>()
  return {
    has: (chatId) => counts.has(chatId),
    ids: () => [...counts.keys()],
    join: (chatId) => counts.set(chatId, (counts.get(chatId) ?? 0) + 1),
    leave: (chatId) => {
      const rest = (counts.get(chatId) ?? 1) - 1
      if (rest > 0) counts.set(chatId, rest)
      else counts.delete(chatId)
      return rest === 0
    },
  }
}
