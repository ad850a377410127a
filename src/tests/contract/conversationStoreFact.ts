/** A fact about every conversation store: checked on one that is empty. */
import { it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { ConversationStore } from "@/services/conversations/ConversationStore"
import type { Store } from "../support/storedConversations"

export type Fact = (
  name: string,
  /** `another`: a second store of the same kind, empty too. */
  check: (store: Store, another: Effect.Effect<Store, unknown, Scope.Scope>) => Checked,
) => void

type Checked = Effect.Effect<void, unknown, Scope.Scope>

export const factAbout = (layer: Layer.Layer<ConversationStore, unknown>): Fact => {
  const make: Effect.Effect<Store, unknown, Scope.Scope> = Effect.map(
    Layer.build(Layer.fresh(layer)),
    (context) => Context.get(context, ConversationStore),
  )
  return (name, check) => it.effect(name, () => Effect.flatMap(make, (store) => check(store, make)))
}
