/** The conversation store in a file of the data folder. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { StoreState } from "@/services/conversations/Conversation"
import { ConversationStore, StoreError } from "@/services/conversations/ConversationStore"
import { openDatabase, type DatabaseOptions } from "./openDatabase"
import { makeReads } from "./reads"
import { makeSearch } from "./search"
import { makeUsage } from "./usage"
import { makeWrites } from "./writes"

/** Fails, in words for the user, when the file cannot be used; it is as it was then. */
export const makeSqliteStore = (
  options: DatabaseOptions,
): Effect.Effect<ConversationStore["Service"], StoreError, Scope.Scope> =>
  Effect.gen(function* () {
    const outcome = yield* openDatabase(options)
    if (outcome.type === "unusable") {
      const { reason, message } = outcome
      return yield* new StoreError({ reason: reason === "Newer" ? "Failed" : reason, message })
    }
    const { connection, log } = outcome.database
    const state: StoreState =
      outcome.type === "damaged" ? { type: "saving", notice: outcome.notice } : { type: "saving" }
    return {
      state: Stream.concat(Stream.make(state), Stream.never),
      ...makeReads(connection, log),
      search: makeSearch(connection),
      usage: makeUsage(connection),
      ...makeWrites(connection, log),
    }
  })

export const layerSqliteStore = (options: DatabaseOptions): Layer.Layer<ConversationStore, StoreError> =>
  Layer.effect(ConversationStore, makeSqliteStore(options))
