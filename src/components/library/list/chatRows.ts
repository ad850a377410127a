/** The rows of the list of chats: headings by age, and the chats under them. Pure. */
import type { ChatEntry } from "@/hooks/conversations/library"

export type ChatListRow =
  | { readonly kind: "heading"; readonly label: string }
  | { readonly kind: "chat"; readonly chat: ChatEntry }

const labels = ["Pinned", "Today", "Yesterday", "Previous 7 days", "Older"] as const
type Label = (typeof labels)[number]

/** When the day began, in the time zone of the user, that many days before `now`. */
export const startOfDay = (now: number, daysBefore = 0): number => {
  const date = new Date(now)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - daysBefore).getTime()
}

/** @param today when today began */
export const rowsOf = (chats: ReadonlyArray<ChatEntry>, today: number): ReadonlyArray<ChatListRow> => {
  const yesterday = startOfDay(today, 1)
  const weekAgo = startOfDay(today, 7)
  const labelOf = ({ pinned, updatedAt }: ChatEntry): Label => {
    if (pinned) return "Pinned"
    if (updatedAt >= today) return "Today"
    if (updatedAt >= yesterday) return "Yesterday"
    return updatedAt >= weekAgo ? "Previous 7 days" : "Older"
  }
  const groups = new Map<Label, Array<ChatListRow>>(labels.map((label) => [label, []]))
  for (const chat of chats) groups.get(labelOf(chat))?.push({ kind: "chat", chat })
  return [...groups].flatMap(([label, rows]) =>
    rows.length === 0 ? [] : [{ kind: "heading", label }, ...rows],
  )
}

/** The chat that a key leads to from the one at `index`; undefined where the key leads nowhere. */
export const reachedBy = (
  key: string,
  rows: ReadonlyArray<ChatListRow>,
  index: number,
): number | undefined => {
  const isChat = (row: ChatListRow): boolean => row.kind === "chat"
  const found = (): number => {
    switch (key) {
      case "ArrowDown":
        return rows.findIndex((row, other) => other > index && isChat(row))
      case "ArrowUp":
        return rows.findLastIndex((row, other) => other < index && isChat(row))
      case "Home":
        return rows.findIndex(isChat)
      case "End":
        return rows.findLastIndex(isChat)
      default:
        return -1
    }
  }
  const reached = found()
  return reached === -1 ? undefined : reached
}

/** Which chat takes the place of one that goes: the next, else the one before. */
export const neighbourOf = (rows: ReadonlyArray<ChatListRow>, id: string): string | undefined => {
  const index = rows.findIndex((row) => row.kind === "chat" && row.chat.id === id)
  const reached = reachedBy("ArrowDown", rows, index) ?? reachedBy("ArrowUp", rows, index)
  const row = reached === undefined ? undefined : rows[reached]
  return row?.kind === "chat" ? row.chat.id : undefined
}
