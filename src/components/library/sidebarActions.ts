/** What can be done from the sidebar and from the palette. */

export interface SidebarActions {
  readonly newChat: () => void
  /** Shows a chat, and where `messageId` is given, that message of it. */
  readonly open: (id: string, messageId?: string) => void
  readonly remove: (id: string) => void
  readonly search: () => void
  readonly import: () => void
  readonly usage: () => void
}
