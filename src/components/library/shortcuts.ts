/** The keys that work everywhere on the page, and how they are written. Pure. */

export type Shortcut = "new-chat" | "search"

interface Keys {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

export const shortcutOf = (keys: Keys, isMac: boolean): Shortcut | undefined => {
  const [wanted, other] = isMac ? [keys.metaKey, keys.ctrlKey] : [keys.ctrlKey, keys.metaKey]
  if (!wanted || other || keys.altKey) return undefined
  const key = keys.key.toLowerCase()
  if (key === "k" && !keys.shiftKey) return "search"
  return key === "o" && keys.shiftKey ? "new-chat" : undefined
}

export const keysOf = (shortcut: Shortcut, isMac: boolean): string => {
  const words = {
    "new-chat": { mac: "⇧⌘O", others: "Ctrl+Shift+O" },
    search: { mac: "⌘K", others: "Ctrl+K" },
  }[shortcut]
  return isMac ? words.mac : words.others
}
