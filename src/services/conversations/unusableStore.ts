/** In place of a store that could not be opened: it has nothing and takes nothing. A shelter over it keeps all in memory. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { StoreState } from "./Conversation"
import type { ConversationStore, StoreError } from "./ConversationStore"
import { makeMemoryStore } from "./memoryStore"

export const unusableStore = (error: StoreError): ConversationStore["Service"] => {
  const refuse = () => Effect.fail(error)
  const state: StoreState = {
    type: "memory-only",
    why: `Saved chats cannot be opened: ${error.message} New ones are kept in memory and are lost when Commander stops.`,
  }
  return {
    ...makeMemoryStore(),
    state: Stream.concat(Stream.make(state), Stream.never),
    begin: refuse,
    append: refuse,
    finish: refuse,
    setStatus: refuse,
    update: refuse,
    setDeleted: refuse,
    put: refuse,
  }
}
