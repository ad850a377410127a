/** A conversation of which two stores have a part each, as one. Pure. */
import type { StoredConversation, WholeConversation } from "./ConversationStore"

type Run = WholeConversation["runs"][number]

export interface Parts {
  /** What one store has kept all the time. */
  readonly saved: WholeConversation
  /** What has been written elsewhere since. */
  readonly added: WholeConversation
  /** As `added` was begun: what is the same there was not changed. */
  readonly begun: StoredConversation
}

export const merged = ({ saved, added, begun }: Parts): WholeConversation => ({
  conversation: {
    ...added.conversation,
    createdAt: saved.conversation.createdAt,
    title: (added.conversation.title === begun.title ? saved : added).conversation.title,
    pinned: (added.conversation.pinned === begun.pinned ? saved : added).conversation.pinned,
  },
  messages: byId(saved.messages, added.messages, (_, message) => message),
  runs: byId(saved.runs, added.runs, continued),
})

const byId = <A extends { readonly id: string }>(
  saved: ReadonlyArray<A>,
  added: ReadonlyArray<A>,
  join: (saved: A, added: A) => A,
): ReadonlyArray<A> => {
  const all = new Map(saved.map((each) => [each.id, each]))
  for (const each of added) {
    const before = all.get(each.id)
    all.set(each.id, before === undefined ? each : join(before, each))
  }
  return [...all.values()]
}

/** Events that were added go on from those that were saved, or begin anew with number 0. */
const continued = (saved: Run, added: Run): Run => {
  const first = added.events[0]?.sequence ?? Infinity
  return { ...added, events: [...saved.events.filter(({ sequence }) => sequence < first), ...added.events] }
}
