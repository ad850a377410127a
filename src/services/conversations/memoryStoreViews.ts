/** What is kept, as it is read: summaries, messages with their runs, pages, hits. Pure. */
import * as Struct from "effect/Struct"
import type { ConversationSummary, ListQuery, Message, RunInfo, SearchHit, SearchQuery } from "./Conversation"
import { compacted } from "./compaction"
import type { StoredRun, WholeConversation } from "./ConversationStore"
import { encodeEvents } from "./eventCodec"
import { rangesOf, snippetOf, termsOf } from "./searchText"

type Run = WholeConversation["runs"][number]

export const summaryOf = ({ conversation, runs }: WholeConversation): ConversationSummary => ({
  ...Struct.omit(conversation, ["draft"]),
  isRunning: runs.some(isRunning),
})

export const isRunning = ({ status }: StoredRun): boolean => status === "running"

export const messagesOf = ({ messages, runs }: WholeConversation): ReadonlyArray<Message> => {
  const runOf = new Map(runs.map((run) => [run.messageId, run]))
  return messages.map((stored) => {
    const message = Struct.omit(stored, ["conversationId"])
    const run = runOf.get(stored.id)
    return run === undefined ? message : { ...message, run: infoOf(run) }
  })
}

const infoOf = (run: Run): RunInfo => ({
  id: run.id,
  status: run.status,
  startedAt: run.startedAt,
  preferredProvider: run.parameters.preferredProvider,
  ...(isRunning(run) ? {} : { events: encodeEvents(compacted(run.events)) }),
})

export const pageOf = (
  summaries: ReadonlyArray<ConversationSummary>,
  { after, limit }: ListQuery,
): ReadonlyArray<ConversationSummary> =>
  summaries
    .filter((summary) => after === undefined || inListOrder(after, summary) < 0)
    .toSorted(inListOrder)
    .slice(0, limit)

type Position = Pick<ConversationSummary, "pinned" | "updatedAt" | "id">

/** Pinned ones first, then the latest, then the greatest id. */
const inListOrder = (one: Position, other: Position): number =>
  Number(other.pinned) - Number(one.pinned) ||
  other.updatedAt - one.updatedAt ||
  (one.id === other.id ? 0 : one.id < other.id ? 1 : -1)

/** Looks no further than it must: most of the work is in the texts. */
export const hitsIn = (
  conversations: ReadonlyArray<WholeConversation>,
  { text, limit }: SearchQuery,
): ReadonlyArray<SearchHit> => {
  const terms = termsOf(text)
  if (terms === undefined) return []
  const titles = conversations.map(({ conversation }) => ({
    of: conversation,
    text: conversation.title,
    at: conversation.updatedAt,
    named: {},
  }))
  const messages = conversations.flatMap(({ conversation, messages }) =>
    messages.toReversed().map((message) => ({
      of: conversation,
      text: message.text,
      at: message.createdAt,
      named: { messageId: message.id },
    })),
  )
  const hits: Array<SearchHit> = []
  for (const { of, text, at, named } of [
    ...titles.toSorted(newestFirst),
    ...messages.toSorted(newestFirst),
  ]) {
    if (hits.length === limit) break
    const ranges = rangesOf(text, terms)
    if (ranges !== undefined)
      hits.push({ conversationId: of.id, title: of.title, ...named, ...snippetOf(text, ranges), at })
  }
  return hits
}

type Timed = Pick<SearchHit, "at">

const newestFirst = (one: Timed, other: Timed): number => other.at - one.at

/** Titles first, then messages; the newest first. */
export const bestHits = (hits: ReadonlyArray<SearchHit>, limit: number): ReadonlyArray<SearchHit> =>
  hits
    .toSorted(
      (one, other) =>
        Number(one.messageId !== undefined) - Number(other.messageId !== undefined) ||
        newestFirst(one, other),
    )
    .slice(0, limit)
