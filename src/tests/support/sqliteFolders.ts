/** Data folders with a database in them, as tests of the SQLite store need them. */
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type { StoreError } from "@/services/conversations/ConversationStore"
import { databaseFiles } from "@/server/store/sqlite/databaseFiles"
import { makeSqliteStore } from "@/server/store/sqlite/sqliteStore"
import { endingOf, turnOf, type Store } from "./storedConversations"
import { temporaryFolder } from "./temporaryFolder"

export const mainFile = (folder: string): string => join(folder, databaseFiles[0])

/** Opens the store, and closes it when it was used. */
export const inStore = <A, E, R>(
  folder: string,
  use: (store: Store) => Effect.Effect<A, E, R>,
): Effect.Effect<A, E | StoreError, R> =>
  Effect.scopedWith((scope) => Effect.flatMap(Scope.provide(makeSqliteStore({ folder }), scope), use))

/** Another folder with what the death of the process would leave at this moment. */
export const killedCopy = Effect.fnUntraced(function* (folder: string) {
  const copy = yield* temporaryFolder
  for (const name of databaseFiles)
    if (existsSync(join(folder, name))) cpSync(join(folder, name), join(copy, name))
  return copy
})

/** So many conversations with an answer of 10,000 characters each. */
export const fill = (store: Store, count: number): Effect.Effect<void, StoreError> =>
  Effect.forEach(
    Array.from({ length: count }, (_, index) => turnOf({ conversationId: `c${index}` })),
    (turn) =>
      Effect.andThen(
        store.begin(turn),
        store.finish(endingOf(turn, { pieces: ["lorem ipsum ".repeat(800)] })),
      ),
    { discard: true },
  )

/** Writes noise over the page of the main file, the first of which is 1. */
export const spoilPage = (folder: string, page: number): void => {
  const bytes = readFileSync(mainFile(folder))
  bytes.fill(0xa5, (page - 1) * 4096, page * 4096)
  writeFileSync(mainFile(folder), bytes)
}
