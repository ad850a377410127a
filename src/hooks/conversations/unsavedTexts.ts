/** Texts that the server does not have yet, kept by the browser: a reload loses none of them. */
export interface UnsavedTexts {
  readonly read: (chatId: string) => string | undefined
  /** An empty text is one too: it says that there is nothing left of what the server has. */
  readonly write: (chatId: string, text: string) => void
  readonly forget: (chatId: string) => void
}

const keyOf = (chatId: string): string => `commander.unsaved.${chatId}`

/** Each window has its own. Storage may be blocked or full; then they last as long as the page. */
export const inSession: UnsavedTexts = {
  read: (chatId) => attempt(() => sessionStorage.getItem(keyOf(chatId)) ?? undefined),
  write: (chatId, text) => attempt(() => sessionStorage.setItem(keyOf(chatId), text)),
  forget: (chatId) => attempt(() => sessionStorage.removeItem(keyOf(chatId))),
}

const attempt = <A>(action: () => A): A | undefined => {
  try {
    return action()
  } catch {
    return undefined
  }
}
