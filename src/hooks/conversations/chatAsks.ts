/** What an open chat shows of questions on their way to the server. Pure. */
import type { Message } from "@/services/conversations/Conversation"
import type { AskRequest } from "@/services/conversations/ConversationService"
import { titleOf } from "@/services/conversations/titleOf"
import { without, type Ask, type FailedAsk, type OpenChat } from "./openChat"

/** The question and its answer are shown at once. */
export const withAsk = (chat: OpenChat, request: AskRequest, at: number): OpenChat => {
  const { questionId, answerId, question, runId, preferredProvider } = request
  const added: ReadonlyArray<Message> = [
    ...(question === undefined
      ? []
      : [{ ...question, id: questionId, role: "user" as const, createdAt: at }]),
    {
      id: answerId,
      parentId: questionId,
      role: "assistant",
      text: "",
      createdAt: at,
      run: { id: runId, status: "running", startedAt: at, preferredProvider },
    },
  ]
  const isFirst = chat.messages.size === 0
  return {
    ...chat,
    title: isFirst && !chat.isSaved && question !== undefined ? titleOf(question.text) : chat.title,
    messages: added.reduce((messages, message) => messages.set(message.id, message), new Map(chat.messages)),
    leafId: answerId,
    asks: new Map(chat.asks).set(answerId, { request }),
  }
}

/** The server has it. */
export const withAskTaken = (chat: OpenChat, answerId: string): OpenChat => ({
  ...chat,
  isSaved: true,
  asks: without(chat.asks, answerId),
})

/** The server did not take it; the question stays, to be sent again. */
export const withAskFailed = (chat: OpenChat, answerId: string, failed: FailedAsk["failed"]): OpenChat => {
  const ask = chat.asks.get(answerId)
  return ask === undefined ? chat : { ...chat, asks: new Map(chat.asks).set(answerId, { ...ask, failed }) }
}

/** Takes back what was never sent. */
export const withoutAsk = (chat: OpenChat, { request }: Ask): OpenChat => {
  const { answerId, questionId, question } = request
  const messages = without(chat.messages, answerId)
  return {
    ...chat,
    messages: question === undefined ? messages : without(messages, questionId),
    leafId: question === undefined ? questionId : question.parentId,
    asks: without(chat.asks, answerId),
  }
}
