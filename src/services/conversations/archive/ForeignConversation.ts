/** A conversation of another program, as its converter found it: everything but the order of its messages. */

export interface ForeignConversation {
  /** Begins all its ids. */
  readonly source: "chatgpt" | "claude"
  /** Empty when it has none. */
  readonly id: string
  readonly title: string
  readonly pinned: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number | undefined
  readonly updatedAt: number | undefined
  /** The last message that was shown. */
  readonly leafId: string | undefined
  readonly nodes: ReadonlyArray<ForeignNode>
}

export interface ForeignNode {
  readonly id: string
  readonly parentId: string | undefined
  /** Undefined for what nobody saw: what follows it follows the message before it. */
  readonly said: Said | undefined
}

export interface Said {
  readonly role: "user" | "assistant"
  readonly text: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number | undefined
  /** Who wrote it, e.g. `ChatGPT, gpt-4o`; of answers. */
  readonly origin?: string
}
