/** Opens the chats that are looked at, and keeps them as the server has them. */
import * as Effect from "effect/Effect"
import type { Change } from "@/services/conversations/Conversation"
import type { ConversationError } from "@/services/conversations/ConversationError"
import { ConversationService } from "@/services/conversations/ConversationService"
import { withChange, withConversation } from "./chatChanges"
import type { Drafts } from "./drafts"
import { emptyChat, without, type OpenChat } from "./openChat"
import type { Reading } from "./reading"
import { sentenceOf, type Workings } from "./workings"

export interface Opening {
  /** Opens a chat, which stays open until the last who looks at it calls what is returned. */
  readonly look: (chatId: string) => () => void
  readonly reopen: (chatId: string) => void
  /** Everything that is looked at, once more. */
  readonly reopenAll: () => void
  /** A change of this chat. */
  readonly take: (chatId: string, change: Change) => void
}

export const makeOpening = (
  { store, tasks, lookers }: Workings,
  { drafts, reading }: { readonly drafts: Drafts; readonly reading: Reading },
): Opening => {
  const task = (chatId: string): string => `open ${chatId}`
  /** What was told of a chat while it was being opened: it may have been read before that happened. */
  const missed = new Map<string, Array<Change>>()

  const update = (chatId: string, change: (chat: OpenChat) => OpenChat): void => {
    const before = store.chat(chatId)
    store.updateChat(chatId, change)
    const after = store.chat(chatId)
    for (const [answerId, { request }] of before?.asks ?? [])
      if (after?.asks.has(answerId) === false) drafts.arrived(request)
    reading.answers(chatId)
  }

  const reopen = (chatId: string): void => {
    const changes: Array<Change> = []
    missed.set(chatId, changes)
    tasks.start(
      task(chatId),
      ConversationService.pipe(
        Effect.flatMap(({ open }) => open(chatId)),
        Effect.match({
          onSuccess: (conversation) => {
            const draft = drafts.kept(chatId) ?? conversation.draft
            missed.delete(chatId)
            update(chatId, (chat) =>
              changes.reduce(withChange, withConversation(chat, { ...conversation, draft })),
            )
            reading.usage(chatId)
          },
          onFailure: (error) => {
            missed.delete(chatId)
            store.updateChat(chatId, (chat) => notOpened(chat, error))
          },
        }),
      ),
    )
  }

  const leave = (chatId: string): void => {
    const isLast = lookers.leave(chatId)
    const chat = store.chat(chatId)
    if (!isLast || chat === undefined) return
    tasks.end(task(chatId))
    missed.delete(chatId)
    reading.leave(chat)
    if (chat.asks.size === 0) store.setState(({ chats }) => ({ chats: without(chats, chatId) }))
  }

  return {
    look: (chatId) => {
      lookers.join(chatId)
      if (store.chat(chatId) === undefined) {
        const isNew = store.getState().newChatId === chatId
        const chat = emptyChat(chatId, isNew ? "ready" : "loading", drafts.kept(chatId))
        store.setState(({ chats }) => ({ chats: new Map(chats).set(chatId, chat) }))
      }
      if (mayBeSaved(store.chat(chatId))) reopen(chatId)
      return () => leave(chatId)
    },
    reopen,
    reopenAll: () => {
      for (const chatId of lookers.ids()) if (mayBeSaved(store.chat(chatId))) reopen(chatId)
    },
    take: (chatId, change) => {
      missed.get(chatId)?.push(change)
      const wasFailed = store.chat(chatId)?.state.status === "failed"
      update(chatId, (chat) => withChange(chat, change))
      // It was restored.
      if (wasFailed && change.type === "conversation-changed" && lookers.has(chatId)) reopen(chatId)
    },
  }
}

/** All but a chat whose first question was never asked. */
const mayBeSaved = (chat: OpenChat | undefined): boolean =>
  chat !== undefined && (chat.isSaved || chat.state.status !== "ready" || chat.asks.size > 0)

const notOpened = (chat: OpenChat, error: ConversationError): OpenChat => {
  // What stands in the address may be no name at all.
  const isUnknown = error.reason === "NotFound" || error.reason === "InvalidRequest"
  if (chat.state.status === "ready" && !(isUnknown && chat.isSaved)) return chat
  // Its first question never arrived, but the browser has kept it.
  if (isUnknown && !chat.isSaved && chat.draft !== "") return { ...chat, state: { status: "ready" } }
  const sentence = isUnknown ? "There is no such chat. It may have been deleted." : sentenceOf(error)
  return { ...chat, state: { status: "failed", sentence } }
}
