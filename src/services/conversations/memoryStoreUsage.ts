/** What runs have used, summed up as a query asks for it. Pure. */
import { totalsOf } from "../ai/orchestration/accounting"
import { nameOf, type AttemptRecord, type PlanEvent } from "../ai/orchestration/PlanEvent"
import type { UsageQuery, UsageRow } from "./Conversation"
import type { WholeConversation } from "./ConversationStore"

export const usageOf = (
  conversations: Iterable<WholeConversation>,
  query: UsageQuery,
): ReadonlyArray<UsageRow> => {
  const groups = new Map<string, { readonly label: string; readonly attempts: Array<AttemptRecord> }>()
  for (const { conversation, runs } of conversations) {
    if (query.conversationId !== undefined && query.conversationId !== conversation.id) continue
    for (const { endedAt, events } of runs) {
      if (endedAt === undefined || endedAt < (query.since ?? -Infinity)) continue
      for (const attempt of attemptsOf(events)) {
        const [key, label] = {
          conversation: [conversation.id, conversation.title] as const,
          day: [dayOf(endedAt), dayOf(endedAt)] as const,
          model: [nameOf(attempt.target), nameOf(attempt.target)] as const,
        }[query.by]
        const group = groups.get(key) ?? { label, attempts: [] }
        group.attempts.push(attempt)
        groups.set(key, group)
      }
    }
  }
  const rows = Array.from(groups, ([key, { label, attempts }]): UsageRow => ({
    key,
    label,
    attempts: attempts.length,
    ...totalsOf(attempts),
  }))
  return inOrder(rows, query)
}

/** Rows of two sources as those of one. */
export const addedUp = (
  rows: ReadonlyArray<UsageRow>,
  more: ReadonlyArray<UsageRow>,
  query: UsageQuery,
): ReadonlyArray<UsageRow> => {
  const sums = new Map(rows.map((row) => [row.key, row]))
  for (const row of more) {
    const sum = sums.get(row.key)
    sums.set(
      row.key,
      sum === undefined
        ? row
        : {
            key: row.key,
            label: row.label,
            attempts: sum.attempts + row.attempts,
            inputTokens: sum.inputTokens + row.inputTokens,
            outputTokens: sum.outputTokens + row.outputTokens,
            usd: sum.usd + row.usd,
            isComplete: sum.isComplete && row.isComplete,
          },
    )
  }
  return inOrder([...sums.values()], query)
}

const inOrder = (rows: ReadonlyArray<UsageRow>, { by, limit }: UsageQuery): ReadonlyArray<UsageRow> =>
  rows
    .toSorted((one, other) =>
      by === "day" ? (one.key < other.key ? 1 : -1) : other.usd - one.usd || (one.key < other.key ? -1 : 1),
    )
    .slice(0, limit)

/** The attempts of a run that has ended; none of one that has not. */
const attemptsOf = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<AttemptRecord> => {
  const last = events.at(-1)
  return last?.type === "plan-completed" || last?.type === "plan-failed" ? last.attempts : []
}

/** Of UTC. */
const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10)
