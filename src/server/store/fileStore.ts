/** Where a server keeps its chats: in a file of its data folder, and in memory for as long as that cannot be used. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ConversationStore, type StoreError } from "@/services/conversations/ConversationStore"
import { shelterOf } from "@/services/conversations/shelter"
import { unusableStore } from "@/services/conversations/unusableStore"
import { makeSqliteStore } from "./sqlite/sqliteStore"

/** @param folder is held by this process alone */
export const layerFileStore = (folder: string): Layer.Layer<ConversationStore> =>
  Layer.effect(
    ConversationStore,
    Effect.flatMap(Effect.catch(makeSqliteStore({ folder }), asUnusable), (primary) => shelterOf(primary)),
  )

/** In memory alone. */
export const layerUnusable = (error: StoreError): Layer.Layer<ConversationStore> =>
  Layer.effect(
    ConversationStore,
    Effect.flatMap(asUnusable(error), (primary) => shelterOf(primary)),
  )

const asUnusable = (error: StoreError): Effect.Effect<ConversationStore["Service"]> =>
  Effect.as(Effect.logError(`chats are kept in memory only: ${error.message}`), unusableStore(error))
