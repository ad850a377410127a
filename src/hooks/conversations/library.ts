/** What the page shows of all chats together, and what can be done with them. */
import type { SearchHit, StoreState, UsageQuery, UsageRow } from "@/services/conversations/Conversation"
import type { ImportProgress } from "@/services/conversations/archive/ImportProgress"

export type { ImportProgress, SearchHit, StoreState, UsageQuery, UsageRow }

/** A chat in the list. */
export interface ChatEntry {
  readonly id: string
  readonly title: string
  readonly pinned: boolean
  /** Milliseconds since the epoch. */
  readonly updatedAt: number
  readonly isRunning: boolean
}

export interface Library {
  readonly state:
    | { readonly status: "loading" }
    | { readonly status: "ready" }
    | { readonly status: "failed"; readonly sentence: string }
  /** Pinned ones first, then by time. */
  readonly chats: ReadonlyArray<ChatEntry>
  readonly hasMore: boolean
  readonly loadMore: () => void
  readonly rename: (id: string, title: string) => void
  readonly setPinned: (id: string, pinned: boolean) => void
  readonly remove: (id: string) => void
  /** The chat that was removed last, until that is undone or forgotten. */
  readonly removed: { readonly id: string; readonly title: string } | undefined
  readonly undoRemove: () => void
  readonly forgetRemoved: () => void
  /** Rejects with an Error whose message is a sentence; so do `usage` and `importFile`. */
  readonly search: (text: string) => Promise<ReadonlyArray<SearchHit>>
  readonly usage: (query: UsageQuery) => Promise<ReadonlyArray<UsageRow>>
  /** Where the browser fetches the file of one chat, or of all. */
  readonly exportAddress: (id: string | undefined, format: "json" | "markdown") => string
  readonly importFile: (
    file: File,
    onProgress: (progress: ImportProgress) => void,
    /** Aborting it ends the import; what is in stays in. */
    signal?: AbortSignal,
  ) => Promise<ImportProgress>
  readonly connection: "connecting" | "connected" | "lost"
  /** Reconnects now instead of after the next pause. */
  readonly wake: () => void
  /** Whether what is said is being kept. */
  readonly store: StoreState
}
