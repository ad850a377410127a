/** All chats: the list, what can be done with its entries, search, usage, archives, the state of line and store. */
import { useMemo } from "react"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { useStore } from "zustand"
import { useShallow } from "zustand/react/shallow"
import { exportAddress, importArchive } from "@/client/conversationArchive"
import type { ConversationSummary } from "@/services/conversations/Conversation"
import type { ConversationError } from "@/services/conversations/ConversationError"
import { nothingRead } from "@/services/conversations/archive/ImportProgress"
import { ConversationService } from "@/services/conversations/ConversationService"
import { useAgentRuntime, type AgentRuntime } from "../ai/runtime"
import type { ChatEntry, Library } from "./library"
import { usePage } from "./usePage"
import { sentenceOf } from "./workings"

export const defaults = {
  /** The most hits of a search. */
  hits: 50,
}

export const useLibrary = (): Library => {
  const runtime = useAgentRuntime()
  const page = usePage()
  const { list, removed, connection, store } = useStore(
    page.store,
    useShallow(({ list, removed, connection, store }) => ({ list, removed, connection, store })),
  )
  const calls = useMemo(() => callsOf(runtime), [runtime])
  const chats = useMemo(() => list.summaries.map(entryOf), [list.summaries])
  return useMemo(
    () => ({
      ...calls,
      state: list.state,
      chats,
      hasMore: list.hasMore,
      loadMore: page.loadMore,
      rename: page.rename,
      setPinned: page.setPinned,
      remove: page.remove,
      removed,
      undoRemove: page.undoRemove,
      forgetRemoved: page.forgetRemoved,
      exportAddress,
      connection,
      wake: page.wake,
      store,
    }),
    [calls, list, chats, page, removed, connection, store],
  )
}

const callsOf = (runtime: AgentRuntime): Pick<Library, "search" | "usage" | "importFile"> => ({
  search: (text) =>
    runtime.runPromise(
      rejecting(Effect.flatMap(ConversationService, ({ search }) => search({ text, limit: defaults.hits }))),
    ),
  usage: (query) =>
    runtime.runPromise(rejecting(Effect.flatMap(ConversationService, ({ usage }) => usage(query)))),
  importFile: (file, onProgress, signal) =>
    runtime.runPromise(
      importArchive(file).pipe(
        Stream.tap((progress) => Effect.sync(() => onProgress(progress))),
        Stream.runFold(
          () => nothingRead,
          (_, progress) => progress,
        ),
        rejecting,
      ),
      signal === undefined ? {} : { signal },
    ),
})

/** Components know no typed errors: what went wrong is a sentence to them. */
class Rejection extends Data.TaggedError("Rejection")<{ readonly message: string }> {}

const rejecting = <A, R>(effect: Effect.Effect<A, ConversationError, R>): Effect.Effect<A, Rejection, R> =>
  Effect.mapError(effect, (error) => new Rejection({ message: sentenceOf(error) }))

const entryOf = ({ id, title, pinned, updatedAt, isRunning }: ConversationSummary): ChatEntry => ({
  id,
  title,
  pinned,
  updatedAt,
  isRunning,
})
