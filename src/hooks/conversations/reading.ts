/** Reads what belongs to a chat that is looked at: its answers while they are written, and what it has used. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { ConversationService } from "@/services/conversations/ConversationService"
import { withEvents, withReading } from "./chatChanges"
import { isBeingWritten, type OpenChat, type WrittenMessage } from "./openChat"
import { sentenceOf, type Workings } from "./workings"

export const defaults = {
  /** Of a chat's models, how many are asked for what they used; few chats have more than some. */
  models: 100,
}

export interface Reading {
  /** Begins with the answers that are not being read yet. */
  readonly answers: (chatId: string) => void
  readonly usage: (chatId: string) => void
  /** Nothing more is read of the answers of this chat. */
  readonly leave: (chat: OpenChat) => void
  readonly endAnswer: (runId: string) => void
}

export const makeReading = ({ store, tasks, lookers }: Workings): Reading => {
  const task = (runId: string): string => `answer ${runId}`

  const answer = (chatId: string, message: WrittenMessage): void => {
    const runId = message.run.id
    store.updateChat(chatId, (chat) => withReading(chat, message))
    const read = store.chat(chatId)?.reading.get(runId)
    // One whose end was read waits for the server to say so too.
    if (read === undefined || read.view.status.state !== "running") return
    tasks.keep(
      task(runId),
      ConversationService.pipe(
        Effect.flatMap(({ attach }) =>
          Stream.runForEachArray(attach({ runId, from: read.next }), (events) =>
            Effect.sync(() => store.updateChat(chatId, (chat) => withEvents(chat, runId, events))),
          ),
        ),
        Effect.catch((error) => Effect.sync(() => store.setState({ problem: sentenceOf(error) }))),
      ),
    )
  }

  return {
    answers: (chatId) => {
      const chat = store.chat(chatId)
      if (chat === undefined || !lookers.has(chatId)) return
      // A run that the server has not confirmed cannot be read.
      for (const message of chat.messages.values())
        if (isBeingWritten(message) && !chat.asks.has(message.id)) answer(chatId, message)
    },
    usage: (chatId) =>
      tasks.start(
        `usage ${chatId}`,
        ConversationService.pipe(
          Effect.flatMap(({ usage }) =>
            usage({ by: "model", conversationId: chatId, limit: defaults.models }),
          ),
          Effect.match({
            onSuccess: (usage) => store.updateChat(chatId, (chat) => ({ ...chat, usage })),
            // The figure that is shown is a little old then.
            onFailure: () => undefined,
          }),
        ),
      ),
    leave: (chat) => {
      for (const runId of chat.reading.keys()) tasks.end(task(runId))
    },
    endAnswer: (runId) => tasks.end(task(runId)),
  }
}
