/** What is written and not sent: kept by the browser at once, by the server a moment later. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { ConversationService, type AskRequest } from "@/services/conversations/ConversationService"
import type { Workings } from "./workings"

export const defaults = {
  /** How long after the last letter a draft goes to the server. */
  pause: Duration.millis(400),
}

export interface Drafts {
  readonly write: (chatId: string, text: string) => void
  /** What the browser has kept for this chat. */
  readonly kept: (chatId: string) => string | undefined
  /** The draft is on its way as a question: it is kept until that has arrived. */
  readonly sent: (request: AskRequest) => void
  readonly arrived: (request: AskRequest) => void
}

/** All chats that are not made yet share one place, since their names do not survive a reload. */
const newChat = "new"

export const makeDrafts = ({ store, tasks, texts }: Workings): Drafts => {
  const placeOf = (chatId: string): string => (store.getState().newChatId === chatId ? newChat : chatId)
  const task = (chatId: string): string => `draft ${chatId}`
  const forget = (chatId: string, text: string): void => {
    if (texts.read(placeOf(chatId)) === text) texts.forget(placeOf(chatId))
  }

  const save = (chatId: string, draft: string) =>
    ConversationService.pipe(
      Effect.flatMap((service) => service.update(chatId, { draft })),
      // What could not be saved stays with the browser, and is saved with the next letter.
      Effect.match({ onSuccess: () => forget(chatId, draft), onFailure: () => undefined }),
      Effect.delay(defaults.pause),
    )

  return {
    write: (chatId, draft) => {
      texts.write(placeOf(chatId), draft)
      store.updateChat(chatId, (chat) => ({ ...chat, draft }))
      if (store.chat(chatId)?.isSaved === true) tasks.start(task(chatId), save(chatId, draft))
    },
    kept: (chatId) => texts.read(placeOf(chatId)),
    sent: ({ conversationId, question }) => {
      // An edited question, or one that is asked again, is not what stands in the composer.
      if (question === undefined || store.chat(conversationId)?.draft.trim() !== question.text.trim()) return
      tasks.end(task(conversationId))
      texts.forget(placeOf(conversationId))
      texts.write(conversationId, question.text)
      store.updateChat(conversationId, (chat) => ({ ...chat, draft: "" }))
    },
    arrived: ({ conversationId, question }) => {
      if (question === undefined) return
      forget(conversationId, question.text)
      const draft = store.chat(conversationId)?.draft
      if (draft !== undefined) tasks.start(task(conversationId), save(conversationId, draft))
    },
  }
}
