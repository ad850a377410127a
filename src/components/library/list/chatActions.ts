/** What a row of the list and its menu can do. */
import type { Library } from "@/hooks/conversations/library"

export interface ChatActions extends Pick<Library, "setPinned" | "remove" | "exportAddress"> {
  readonly open: (id: string) => void
  readonly startRename: (id: string) => void
  /** Without a title the old one stays. */
  readonly endRename: (id: string, title: string | undefined) => void
}
