/** The contract of conversation stores, on the store in memory and on shelters. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ConversationStore, StoreError } from "@/services/conversations/ConversationStore"
import { layerMemoryStore } from "@/services/conversations/memoryStore"
import { shelterOf } from "@/services/conversations/shelter"
import { unusableStore } from "@/services/conversations/unusableStore"
import { makeFailingStore } from "../support/failingStore"
import type { Store } from "../support/storedConversations"
import { storeContract } from "./conversationStore"

const shelterOver = (primary: () => Store) =>
  Layer.effect(
    ConversationStore,
    Effect.suspend(() => shelterOf(primary())),
  )

storeContract("memory", layerMemoryStore)

storeContract("shelter over a disk that works", shelterOver(makeFailingStore))

storeContract(
  "shelter over a disk that is full",
  shelterOver(() => {
    const primary = makeFailingStore()
    primary.failWrites("Full")
    return primary
  }),
  ["moving"],
)

storeContract(
  "shelter over nothing",
  shelterOver(() =>
    unusableStore(new StoreError({ reason: "ReadOnly", message: "The folder is read-only." })),
  ),
  ["moving", "state"],
)
