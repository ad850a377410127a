/** What is kept, as it is read: summaries, messages with their runs, pages, hits. Pure. */
import * as Struct from "effect/Struct"
import type { ConversationSummary, ListQuery, Message, RunInfo, SearchHit } from "./Conversation"
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

/** All hits, in no order. */
export const hitsIn = (
  conversations: Iterable<WholeConversation>,
  text: string,
): ReadonlyArray<SearchHit> => {
  const terms = termsOf(text)
  if (terms === undefined) return []
  return Array.from(conversations).flatMap(({ conversation, messages }) => {
    const { id: conversationId, title, updatedAt } = conversation
    const hit = (found: string, at: number, messageId?: string): ReadonlyArray<SearchHit> => {
      const ranges = rangesOf(found, terms)
      if (ranges === undefined) return []
      const named = messageId === undefined ? {} : { messageId }
      return [{ conversationId, title, ...named, ...snippetOf(found, ranges), at }]
    }
    return [
      ...hit(title, updatedAt),
      ...messages.toReversed().flatMap((message) => hit(message.text, message.createdAt, message.id)),
    ]
  })
}

/** Titles first, then messages; the newest first. */
export const bestHits = (hits: ReadonlyArray<SearchHit>, limit: number): ReadonlyArray<SearchHit> =>
  hits
    .toSorted(
      (one, other) =>
        Number(one.messageId !== undefined) - Number(other.messageId !== undefined) || other.at - one.at,
    )
    .slice(0, limit)
