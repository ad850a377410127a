/** How a conversation moves from the primary store into memory, and back. */
import * as Effect from "effect/Effect"
import type {
  ConversationStore,
  StoredConversation,
  StoreError,
  Turn,
  WholeConversation,
} from "./ConversationStore"
import type { MemoryStore } from "./memoryStore"
import { merged } from "./shelterMerge"

type Store = ConversationStore["Service"]

export interface Shelter {
  readonly primary: Store
  readonly memory: MemoryStore
  readonly sheltered: Map<string, Sheltered>
  /** The turns of runs that are running: enough to go on with where the primary cannot even be read. */
  readonly turns: Map<string, Turn>
}

/** A conversation that is in memory. */
export interface Sheltered {
  /** Its runs whose usage the primary counts. */
  readonly counted: ReadonlySet<string>
  /** Present where the primary could not be read: memory has a part of the conversation, which began as this. */
  readonly begun?: StoredConversation
}

export interface Write<A> {
  /** Those that it is about; `wrong` where it is seen already that the primary was right to refuse it. */
  readonly conversations: Effect.Effect<ReadonlyArray<string>, StoreError | "wrong">
  readonly onto: (store: Store) => Effect.Effect<A, StoreError>
  /** The conversation that it makes where there is none. */
  readonly begun?: StoredConversation
}

/**
 * Takes in what a write is about that the primary failed to do, and does it. Memory is the judge: a write that fails
 * there too was wrong in itself, and nothing is taken in for it.
 */
export const takeIn = <A>(shelter: Shelter, write: Write<A>): Effect.Effect<A, StoreError | "wrong"> =>
  Effect.gen(function* () {
    const { memory, sheltered } = shelter
    const ids = new Set(yield* write.conversations)
    const copies = yield* Effect.forEach(
      [...ids].filter((id) => !sheltered.has(id)),
      (id) => copyOf(shelter, id, write.begun),
    )
    const written = yield* Effect.gen(function* () {
      for (const { whole } of copies) if (whole !== undefined) yield* memory.put(whole)
      return yield* write.onto(memory)
    }).pipe(
      Effect.onError(() =>
        Effect.sync(() => {
          for (const { id } of copies) memory.forget(id)
        }),
      ),
    )
    for (const { id, origin } of copies) if (memory.entry(id) !== undefined) sheltered.set(id, origin)
    return written
  })

export const bringBack = (
  { primary, memory, sheltered }: Shelter,
  id: string,
): Effect.Effect<void, StoreError> =>
  Effect.gen(function* () {
    const kept = memory.entry(id)
    const begun = sheltered.get(id)?.begun
    if (kept === undefined) {
      // It was purged in memory: it is deleted at the beginning of time, and what was deleted then is purged.
      yield* primary.setDeleted(id, 0)
      yield* primary.purge(1)
    } else {
      const saved = begun === undefined ? undefined : yield* primary.whole(id)
      const isPart = saved !== undefined && begun !== undefined
      yield* primary.put(isPart ? merged({ saved, added: kept.whole, begun }) : kept.whole)
      if (kept.deletedAt !== undefined) yield* primary.setDeleted(id, kept.deletedAt)
    }
    memory.forget(id)
    sheltered.delete(id)
  })

interface Copy {
  readonly id: string
  readonly whole: WholeConversation | undefined
  readonly origin: Sheltered
}

const copyOf = (
  { primary, turns }: Shelter,
  id: string,
  made: StoredConversation | undefined,
): Effect.Effect<Copy, StoreError> =>
  primary.whole(id).pipe(
    Effect.map((whole): Copy => ({ id, whole, origin: { counted: endedRunsOf(whole) } })),
    Effect.catch((error) => {
      const known = [...turns.values()].filter(({ run }) => run.conversationId === id)
      const begun = made ?? known[0]?.conversation
      if (begun === undefined) return Effect.fail(error)
      return Effect.succeed<Copy>({ id, whole: partOf(begun, known), origin: { counted: new Set(), begun } })
    }),
  )

const endedRunsOf = (whole: WholeConversation | undefined): ReadonlySet<string> =>
  new Set(whole?.runs.flatMap(({ id, endedAt }) => (endedAt === undefined ? [] : [id])))

const partOf = (conversation: StoredConversation, turns: ReadonlyArray<Turn>): WholeConversation => ({
  conversation,
  messages: turns.flatMap(({ messages }) => messages),
  runs: turns.map(({ run }) => ({ ...run, events: [] })),
})
