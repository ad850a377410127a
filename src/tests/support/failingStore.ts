/** A store in memory whose disk can be taken away and given back. */
import * as Effect from "effect/Effect"
import { StoreError } from "@/services/conversations/ConversationStore"
import { makeMemoryStore } from "@/services/conversations/memoryStore"
import type { Store } from "./storedConversations"

export interface FailingStore extends Store {
  /** What it is without failures. */
  readonly inside: Store
  /** From now on; `undefined`: no more. */
  readonly failWrites: (reason: StoreError["reason"] | undefined) => void
  readonly failReads: (reason: StoreError["reason"] | undefined) => void
}

export const diskFull = "The disk is full: make room on it."

export const makeFailingStore = (): FailingStore => {
  const inside = makeMemoryStore()
  let writes: StoreError["reason"] | undefined
  let reads: StoreError["reason"] | undefined

  const unless =
    (failure: () => StoreError["reason"] | undefined) =>
    <A>(effect: Effect.Effect<A, StoreError>): Effect.Effect<A, StoreError> =>
      // Between yields, so that calls that are not kept apart meet.
      Effect.flatMap(Effect.yieldNow, () => {
        const reason = failure()
        return reason === undefined
          ? Effect.tap(effect, () => Effect.yieldNow)
          : Effect.fail(new StoreError({ reason, message: diskFull }))
      })
  const write = unless(() => writes)
  const read = unless(() => reads)

  return {
    inside,
    failWrites: (reason) => {
      writes = reason
    },
    failReads: (reason) => {
      reads = reason
    },
    state: inside.state,
    list: (query) => read(inside.list(query)),
    conversation: (id) => read(inside.conversation(id)),
    messages: (id) => read(inside.messages(id)),
    branch: (id) => read(inside.branch(id)),
    run: (id) => read(inside.run(id)),
    runningRuns: read(inside.runningRuns),
    events: (query) => read(inside.events(query)),
    search: (query) => read(inside.search(query)),
    usage: (query) => read(inside.usage(query)),
    whole: (id) => read(inside.whole(id)),
    ids: read(inside.ids),
    begin: (turn) => write(inside.begin(turn)),
    append: (batch) => write(inside.append(batch)),
    finish: (ending) => write(inside.finish(ending)),
    setStatus: (runId, status) => write(inside.setStatus(runId, status)),
    update: (id, changes) => write(inside.update(id, changes)),
    setDeleted: (id, at) => write(inside.setDeleted(id, at)),
    purge: (before) => write(inside.purge(before)),
    put: (whole) => write(inside.put(whole)),
  }
}
