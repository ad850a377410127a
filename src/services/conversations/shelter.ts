/**
 * A store over another one, the primary, which may fail to write. What it does not take is kept in memory, conversation by
 * conversation, and is brought back as soon as it does; what it has is only ever replaced by the same and more.
 */
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { StoreState } from "./Conversation"
import type { ConversationStore, StoreError, Turn } from "./ConversationStore"
import { makeMemoryStore } from "./memoryStore"
import { bringBack, takeIn, type Shelter, type Write } from "./shelterMoves"
import { sharedReads } from "./shelterReads"

type Store = ConversationStore["Service"]

export const defaults = {
  /** How often it is tried to bring back what is in memory. */
  retryEvery: Duration.seconds(10),
}

/** The end of the scope tries once more, so the primary must outlive it. */
export const shelterOf = (
  primary: Store,
  { retryEvery }: typeof defaults = defaults,
): Effect.Effect<Store, never, Scope.Scope> =>
  Effect.gen(function* () {
    const memory = makeMemoryStore()
    const shelter: Shelter = { primary, memory, sheltered: new Map(), turns: new Map() }
    const { sheltered, turns } = shelter
    /** Why chats are not being saved; undefined as long as they are. */
    const problem = yield* SubscriptionRef.make<string | undefined>(undefined)

    /** One write or move at a time, so that none is carried out where its conversation is no longer. */
    const lock = yield* Semaphore.make(1)
    const alone = <A, E>(make: () => Effect.Effect<A, E>): Effect.Effect<A, E> =>
      lock.withPermit(Effect.uninterruptible(Effect.suspend(make)))

    const orInMemory = <A>(write: Write<A>): Effect.Effect<A, StoreError> =>
      Effect.catch(write.onto(primary), (error) =>
        // What is wrong in itself is no better in memory.
        (error.reason === "Refused" ? Effect.fail(error) : takeIn(shelter, write)).pipe(
          Effect.mapError(() => error),
          Effect.tap(() =>
            sheltered.size === 0
              ? Effect.void
              : SubscriptionRef.update(problem, (earlier) => earlier ?? sentenceOf(error)),
          ),
        ),
      )
    const writeConversation = <A>(id: string, write: Write<A>): Effect.Effect<A, StoreError> =>
      alone(() => (sheltered.has(id) ? write.onto(memory) : orInMemory(write)))
    const begin = (turn: Turn): Effect.Effect<void, StoreError> => {
      const { id } = turn.conversation
      // Memory does not know the runs of other conversations; where they cannot be read, the id is taken to be new.
      const conversations = primary.run(turn.run.id).pipe(
        Effect.catch(() => Effect.undefined),
        Effect.flatMap((run) => (run === undefined ? Effect.succeed([id]) : Effect.fail("wrong" as const))),
      )
      return writeConversation(id, {
        conversations,
        onto: (store) => store.begin(turn),
        begun: turn.conversation,
      })
    }

    const isInMemory = (runId: string): boolean => memory.homeOf(runId) !== undefined
    const homeOf = (runId: string): Effect.Effect<string, StoreError | "wrong"> => {
      const turn = turns.get(runId)
      if (turn !== undefined) return Effect.succeed(turn.run.conversationId)
      return Effect.flatMap(primary.run(runId), (run) =>
        run === undefined ? Effect.fail("wrong") : Effect.succeed(run.conversationId),
      )
    }
    const writeRun = (runId: string, onto: Write<void>["onto"]) =>
      alone(() =>
        isInMemory(runId)
          ? onto(memory)
          : orInMemory({ conversations: Effect.map(homeOf(runId), Arr.of), onto }),
      )

    const bringOneBack = (id: string): Effect.Effect<void, StoreError> =>
      alone(() =>
        Effect.tap(bringBack(shelter, id), () =>
          sheltered.size === 0 ? SubscriptionRef.set(problem, undefined) : Effect.void,
        ),
      )
    /** A failure that is one conversation's own does not keep the others; any other would meet them too. */
    const bringAllBack = Effect.gen(function* () {
      for (const id of sheltered.keys()) {
        const failure = yield* Effect.match(bringOneBack(id), {
          onSuccess: () => undefined,
          onFailure: ({ reason }) => reason,
        })
        if (failure !== undefined && failure !== "Failed") return
      }
    }).pipe(Effect.catchDefect((defect) => Effect.logError("chats could not be brought back", defect)))
    yield* Effect.addFinalizer(() => bringAllBack)
    yield* Effect.forkScoped(Effect.forever(Effect.delay(bringAllBack, retryEvery)))

    return {
      ...sharedReads(shelter, (read) => lock.withPermit(read)),
      state: Stream.zipLatestWith(primary.state, SubscriptionRef.changes(problem), stateOf),

      begin: (turn) => Effect.tap(begin(turn), () => Effect.sync(() => turns.set(turn.run.id, turn))),
      append: (batch) =>
        alone(() => {
          const others = batch.filter(({ runId }) => !isInMemory(runId))
          const toPrimary = orInMemory({
            conversations: Effect.forEach(others, ({ runId }) => homeOf(runId)),
            onto: (store) => store.append(others),
          })
          // Of runs in memory nothing is refused, so that the batch is still written whole or not at all.
          const toMemory = memory.append(batch.filter(({ runId }) => isInMemory(runId)))
          return others.length === 0 ? toMemory : Effect.andThen(toPrimary, toMemory)
        }),
      finish: (ending) =>
        Effect.tap(
          writeRun(ending.runId, (store) => store.finish(ending)),
          () => Effect.sync(() => turns.delete(ending.runId)),
        ),
      setStatus: (runId, status) =>
        Effect.tap(
          writeRun(runId, (store) => store.setStatus(runId, status)),
          () => Effect.sync(() => status === "interrupted" && turns.delete(runId)),
        ),
      update: (id, changes) =>
        writeConversation(id, {
          conversations: Effect.succeed([id]),
          onto: (store) => store.update(id, changes),
        }),
      setDeleted: (id, at) =>
        writeConversation(id, {
          // What the primary has deleted cannot be read from it, and so cannot be shown again without it.
          conversations: at === undefined ? Effect.fail("wrong") : Effect.succeed([id]),
          onto: (store) => store.setDeleted(id, at),
        }),
      purge: (deletedBefore) =>
        alone(() => {
          // While it is known that the primary does not write, what it keeps is left to a later purge.
          const inPrimary = primary.purge(deletedBefore)
          const asFarAsPossible = Effect.catch(inPrimary, (error) =>
            sheltered.size === 0 ? Effect.fail(error) : Effect.void,
          )
          return Effect.andThen(memory.purge(deletedBefore), asFarAsPossible)
        }),
      // What is imported is not lost when it is refused, and may be more than memory can hold.
      put: (whole) =>
        alone(() => {
          const { id } = whole.conversation
          const counted = sheltered.get(id)?.counted
          return counted === undefined
            ? primary.put(whole)
            : Effect.tap(memory.put(whole), () => Effect.sync(() => sheltered.set(id, { counted })))
        }),
    }
  })

const sentenceOf = ({ message }: StoreError): string =>
  `Chats cannot be saved: ${message} What is new is kept in memory and is lost when Commander stops; saving is tried again every few seconds.`

const stateOf = (primary: StoreState, problem: string | undefined): StoreState =>
  problem === undefined || primary.type === "memory-only" ? primary : { type: "memory-only", why: problem }
