/** Reads of two stores as those of one: what is sheltered in memory hides what the primary has of it. */
import * as Effect from "effect/Effect"
import type { ConversationStore } from "./ConversationStore"
import { addedUp, usageOf } from "./memoryStoreUsage"
import { bestHits, pageOf } from "./memoryStoreViews"
import type { Shelter } from "./shelterMoves"

type Store = ConversationStore["Service"]
type Reads = Pick<
  Store,
  | "list"
  | "conversation"
  | "messages"
  | "branch"
  | "run"
  | "runningRuns"
  | "events"
  | "search"
  | "usage"
  | "whole"
  | "ids"
>

export const sharedReads = (
  { primary, memory, sheltered }: Shelter,
  /** Keeps conversations from moving meanwhile. */
  still: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>,
): Reads => {
  /** As long as nothing is sheltered, the primary alone is read: what moves meanwhile is read as it was before. */
  const read = <A, E>(both: Effect.Effect<A, E>, alone: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() => (sheltered.size === 0 ? alone : still(both)))
  const from = <A, E>(
    isSheltered: () => boolean,
    query: (store: Store) => Effect.Effect<A, E>,
  ): Effect.Effect<A, E> =>
    read(
      Effect.suspend(() => query(isSheltered() ? memory : primary)),
      query(primary),
    )
  const ofConversation = <A, E>(id: string, query: (store: Store) => Effect.Effect<A, E>) =>
    from(() => sheltered.has(id), query)
  /** Of a run or a message. */
  const ofPart = <A, E>(id: string, query: (store: Store) => Effect.Effect<A, E>) =>
    from(() => memory.homeOf(id) !== undefined, query)

  const isElsewhere = (id: string): boolean => !sheltered.has(id)
  const entries = () =>
    Array.from(sheltered, ([id, { counted }]) => ({ id, counted, kept: memory.entry(id) }))
  /** What has been used by runs that the primary does not count. */
  const usedInMemory = () =>
    entries().flatMap(({ counted, kept }) =>
      kept === undefined || kept.deletedAt !== undefined
        ? []
        : [{ ...kept.whole, runs: kept.whole.runs.filter(({ id }) => !counted.has(id)) }],
    )

  return {
    conversation: (id) => ofConversation(id, (store) => store.conversation(id)),
    messages: (id) => ofConversation(id, (store) => store.messages(id)),
    whole: (id) => ofConversation(id, (store) => store.whole(id)),
    branch: (messageId) =>
      Effect.flatMap(
        ofPart(messageId, (store) => store.branch(messageId)),
        (way) => {
          // Of a conversation that could not be read when it was taken in, memory has not the beginning.
          const before = way[0]?.parentId
          return before === undefined
            ? Effect.succeed(way)
            : Effect.map(primary.branch(before), (beginning) => [...beginning, ...way])
        },
      ),
    run: (runId) => ofPart(runId, (store) => store.run(runId)),
    events: (query) => ofPart(query.runId, (store) => store.events(query)),

    list: (query) =>
      read(
        Effect.gen(function* () {
          const theirs = yield* primary.list({ ...query, limit: query.limit + sheltered.size })
          return pageOf(
            [...(yield* memory.list(query)), ...theirs.filter(({ id }) => isElsewhere(id))],
            query,
          )
        }),
        primary.list(query),
      ),
    runningRuns: read(
      Effect.gen(function* () {
        const theirs = (yield* primary.runningRuns).filter(({ conversationId }) =>
          isElsewhere(conversationId),
        )
        return [...theirs, ...(yield* memory.runningRuns)].toSorted(
          (one, other) => one.startedAt - other.startedAt,
        )
      }),
      primary.runningRuns,
    ),
    search: (query) =>
      read(
        Effect.gen(function* () {
          // Some of them may be of conversations that are hidden, and are made up for by the second half.
          const theirs = yield* primary.search({ ...query, limit: query.limit * 2 })
          const hits = theirs.filter(({ conversationId }) => isElsewhere(conversationId))
          return bestHits([...(yield* memory.search(query)), ...hits], query.limit)
        }),
        primary.search(query),
      ),
    usage: (query) =>
      read(
        Effect.gen(function* () {
          // What is used in memory can bring a row of any rank to the top.
          const theirs = yield* primary.usage({ ...query, limit: Number.MAX_SAFE_INTEGER })
          return addedUp(theirs, usageOf(usedInMemory(), query), query)
        }),
        primary.usage(query),
      ),
    ids: read(
      Effect.gen(function* () {
        const mine = yield* memory.ids
        const theirs = yield* primary.ids
        const kept = theirs.filter((id) => isElsewhere(id) || mine.includes(id))
        return [...kept, ...mine.filter((id) => !theirs.includes(id))]
      }),
      primary.ids,
    ),
  }
}
