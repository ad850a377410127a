/** The list of chats as far as it is loaded: pinned ones first, then the most recent. Pure. */
import type { Change, ConversationSummary, ListQuery } from "@/services/conversations/Conversation"

export const defaults = {
  /** How many chats are read at once. */
  page: 50,
  /** The most that can be. */
  pageLimit: 500,
}

export interface ChatList {
  readonly state:
    | { readonly status: "loading" }
    | { readonly status: "ready" }
    | { readonly status: "failed"; readonly sentence: string }
  readonly summaries: ReadonlyArray<ConversationSummary>
  readonly hasMore: boolean
}

export const unloaded: ChatList = { state: { status: "loading" }, summaries: [], hasMore: false }

/** Everything that is shown, once more. */
export const queryAnew = ({ summaries }: ChatList): ListQuery => ({
  limit: Math.min(defaults.pageLimit, Math.max(defaults.page, summaries.length)),
})

/** What follows. */
export const queryMore = ({ summaries }: ChatList): ListQuery => {
  const last = summaries.at(-1)
  const { page: limit } = defaults
  return last === undefined
    ? { limit }
    : { limit, after: { pinned: last.pinned, updatedAt: last.updatedAt, id: last.id } }
}

export const withPage = (
  list: ChatList,
  query: ListQuery,
  page: ReadonlyArray<ConversationSummary>,
): ChatList => ({
  state: { status: "ready" },
  summaries:
    query.after === undefined
      ? page
      : page.reduce<ReadonlyArray<ConversationSummary>>(placed, list.summaries),
  hasMore: page.length === query.limit,
})

export const withListChange = (list: ChatList, change: Change): ChatList => {
  switch (change.type) {
    case "conversation-changed":
      return withSummary(list, change.summary)
    case "conversation-removed":
      return withoutSummary(list, change.id)
    case "messages-added":
    case "run-changed":
    case "resynchronise":
    case "store-changed":
      return list
  }
}

/** A chat that belongs behind the last loaded one comes with the next page. */
export const withSummary = (list: ChatList, summary: ConversationSummary): ChatList => {
  const summaries = placed(list.summaries, summary)
  const isBehind = list.hasMore && summaries.at(-1)?.id === summary.id
  return { ...list, summaries: isBehind ? summaries.slice(0, -1) : summaries }
}

export const withoutSummary = (list: ChatList, id: string): ChatList => ({
  ...list,
  summaries: list.summaries.filter((summary) => summary.id !== id),
})

const placed = (
  summaries: ReadonlyArray<ConversationSummary>,
  summary: ConversationSummary,
): ReadonlyArray<ConversationSummary> => {
  const others = summaries.filter(({ id }) => id !== summary.id)
  const index = others.findIndex((other) => inOrder(summary, other) < 0)
  return index === -1 ? [...others, summary] : others.toSpliced(index, 0, summary)
}

/** As the stores sort, so that paging misses none. */
const inOrder = (one: ConversationSummary, other: ConversationSummary): number => {
  if (one.pinned !== other.pinned) return one.pinned ? -1 : 1
  if (one.updatedAt !== other.updatedAt) return other.updatedAt - one.updatedAt
  return one.id > other.id ? -1 : 1
}
