/** Asks, stops and continues. The server owns the runs; the page only says what is wanted. */
import * as Effect from "effect/Effect"
import type { ConversationError } from "@/services/conversations/ConversationError"
import { ConversationService, type AskRequest } from "@/services/conversations/ConversationService"
import { withAsk, withAskFailed, withAskTaken } from "./chatAsks"
import { withChange } from "./chatChanges"
import type { Drafts } from "./drafts"
import { newId } from "./newId"
import type { WrittenMessage } from "./openChat"
import type { Reading } from "./reading"
import { sentenceOf, type Workings } from "./workings"

export interface Asking {
  /** The same request again is the same question: it is asked once. */
  readonly ask: (request: AskRequest) => void
  readonly stop: (answer: WrittenMessage) => void
  /** Goes on with an answer in whose middle Commander was stopped. */
  readonly resume: (chatId: string, messageId: string) => void
}

export const makeAsking = (
  { store, tasks }: Workings,
  { drafts, reading }: { readonly drafts: Drafts; readonly reading: Reading },
): Asking => {
  const task = (answerId: string): string => `ask ${answerId}`
  const failed = (error: ConversationError): void => store.setState({ problem: sentenceOf(error) })

  return {
    ask: (request) => {
      const { conversationId, answerId } = request
      drafts.sent(request)
      const { newChatId } = store.getState()
      store.setState({
        problem: undefined,
        newChatId: newChatId === conversationId ? newId("conversation") : newChatId,
      })
      store.updateChat(conversationId, (chat) => withAsk(chat, request, Date.now()))
      tasks.start(
        task(answerId),
        ConversationService.pipe(
          Effect.flatMap((service) => service.ask(request)),
          Effect.match({
            onSuccess: () => {
              drafts.arrived(request)
              store.updateChat(conversationId, (chat) => withAskTaken(chat, answerId))
              reading.answers(conversationId)
            },
            onFailure: (error) =>
              store.updateChat(conversationId, (chat) =>
                withAskFailed(chat, answerId, { sentence: sentenceOf(error), at: Date.now() }),
              ),
          }),
        ),
      )
    },
    stop: ({ id, run }) =>
      tasks.keep(
        `stop ${run.id}`,
        // A run that the server does not know yet could not be stopped.
        tasks.ended(task(id)).pipe(
          Effect.andThen(ConversationService),
          Effect.flatMap((service) => service.stop(run.id)),
          Effect.catch((error) => Effect.sync(() => failed(error))),
        ),
      ),
    resume: (chatId, messageId) => {
      const run = store.chat(chatId)?.messages.get(messageId)?.run
      if (run === undefined) return
      tasks.keep(
        `resume ${run.id}`,
        ConversationService.pipe(
          Effect.flatMap((service) => service.resume(run.id)),
          Effect.match({
            onSuccess: (status) => {
              if (status !== "running") return
              const { events: _, ...rest } = run
              const change = { type: "run-changed", conversationId: chatId, messageId } as const
              store.updateChat(chatId, (chat) => withChange(chat, { ...change, run: { ...rest, status } }))
              reading.answers(chatId)
            },
            onFailure: failed,
          }),
        ),
      )
    },
  }
}
