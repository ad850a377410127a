/** Changes chats: shown at once, and taken back where the server could not do it. */
import * as Effect from "effect/Effect"
import type { ConversationSummary } from "@/services/conversations/Conversation"
import type { ConversationError } from "@/services/conversations/ConversationError"
import { ConversationService, type ConversationChanges } from "@/services/conversations/ConversationService"
import { withoutAsk } from "./chatAsks"
import { withoutSummary, withSummary } from "./chatList"
import { branchTo, leafUnder } from "./chatTree"
import type { Ask } from "./openChat"
import { sentenceOf, type Workings } from "./workings"

/** The longest title, in characters. */
const maxTitle = 200

export interface Changing {
  readonly rename: (chatId: string, title: string) => void
  readonly setPinned: (chatId: string, pinned: boolean) => void
  readonly remove: (chatId: string) => void
  readonly undoRemove: () => void
  readonly forgetRemoved: () => void
  /** Shows a branch with that message, unless it is shown already. */
  readonly selectBranch: (chatId: string, messageId: string) => void
  /** Takes back a question that was never sent. */
  readonly discard: (ask: Ask) => void
  readonly dismissProblem: () => void
}

export const makeChanging = ({ store, tasks }: Workings): Changing => {
  const listed = (chatId: string): ConversationSummary | undefined =>
    store.getState().list.summaries.find(({ id }) => id === chatId)
  const show = (summary: ConversationSummary): void => store.updateList((list) => withSummary(list, summary))
  const hide = (chatId: string): void => store.updateList((list) => withoutSummary(list, chatId))

  const call = (options: {
    readonly name: string
    readonly does: (service: ConversationService["Service"]) => Effect.Effect<void, ConversationError>
    readonly takeBack: () => void
  }): void =>
    tasks.start(
      options.name,
      ConversationService.pipe(
        Effect.flatMap(options.does),
        Effect.catch((error) =>
          Effect.sync(() => {
            options.takeBack()
            store.setState({ problem: sentenceOf(error) })
          }),
        ),
      ),
    )

  const change = (chatId: string, changes: Pick<ConversationChanges, "title" | "pinned">): void => {
    const before = listed(chatId)
    if (before !== undefined) show({ ...before, ...changes })
    call({
      name: `change ${Object.keys(changes).join(" ")} ${chatId}`,
      does: ({ update }) => update(chatId, changes),
      takeBack: () => before !== undefined && show(before),
    })
  }

  return {
    rename: (chatId, title) => {
      const trimmed = title.trim().slice(0, maxTitle)
      if (trimmed !== "") change(chatId, { title: trimmed })
    },
    setPinned: (chatId, pinned) => change(chatId, { pinned }),
    remove: (chatId) => {
      const summary = listed(chatId)
      hide(chatId)
      store.setState({ removed: summary })
      call({
        name: `remove ${chatId}`,
        does: ({ remove }) => remove(chatId),
        takeBack: () => {
          if (summary !== undefined) show(summary)
          store.setState({ removed: undefined })
        },
      })
    },
    undoRemove: () => {
      const { removed } = store.getState()
      if (removed === undefined) return
      show(removed)
      store.setState({ removed: undefined })
      call({
        name: `restore ${removed.id}`,
        does: ({ restore }) => Effect.andThen(tasks.ended(`remove ${removed.id}`), restore(removed.id)),
        takeBack: () => hide(removed.id),
      })
    },
    forgetRemoved: () => store.setState({ removed: undefined }),
    selectBranch: (chatId, messageId) => {
      const chat = store.chat(chatId)
      if (chat === undefined || !chat.messages.has(messageId)) return
      if (branchTo(chat.messages, chat.leafId).some(({ id }) => id === messageId)) return
      const leafId = leafUnder(chat.messages, messageId)
      store.updateChat(chatId, (open) => ({ ...open, leafId }))
      if (!chat.isSaved || chat.asks.has(leafId)) return
      tasks.start(
        `branch ${chatId}`,
        // Here the branch is shown in any case; only other windows and the next visit do without.
        ConversationService.pipe(
          Effect.flatMap(({ update }) => update(chatId, { leafId })),
          Effect.ignore,
        ),
      )
    },
    discard: (ask) => store.updateChat(ask.request.conversationId, (chat) => withoutAsk(chat, ask)),
    dismissProblem: () => store.setState({ problem: undefined }),
  }
}
