/** What every conversation store must do, wherever it keeps things: one suite, run over each of them. */
import { describe } from "@effect/vitest"
import type * as Layer from "effect/Layer"
import type { ConversationStore } from "@/services/conversations/ConversationStore"
import { factAbout } from "./conversationStoreFact"
import { factsOfKeeping, factsOfState } from "./conversationStoreKeeping"
import { factsOfMoving } from "./conversationStoreMoving"
import { factsOfRuns } from "./conversationStoreRuns"
import { factsOfSearch } from "./conversationStoreSearch"
import { factsOfTurns } from "./conversationStoreTurns"
import { factsOfUsage } from "./conversationStoreUsage"

const topics = {
  state: factsOfState,
  turns: factsOfTurns,
  runs: factsOfRuns,
  conversations: factsOfKeeping,
  search: factsOfSearch,
  usage: factsOfUsage,
  moving: factsOfMoving,
}

/**
 * @param layer opens an empty store, a new one every time it is built
 * @param except what it deliberately does not do
 */
export const storeContract = (
  name: string,
  layer: Layer.Layer<ConversationStore, unknown>,
  except: ReadonlyArray<keyof typeof topics> = [],
): void => {
  const left = Object.entries(topics).filter(([topic]) => !except.some((each) => each === topic))
  describe.each(left)(`conversation store: ${name}: %s`, (_, facts) => {
    facts(factAbout(layer))
  })
}
