/** The messages of a conversation in memory. Unchanged messages keep their identity. Pure. */
import type { AgentChatMessage } from "@/services/ai/core/AgentChatMessage"
import type { PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import { answerReducer, stopAnswer } from "./answerReducer"
import type { AnswerView, ChatMessageView, UserMessageView } from "./chatState"

export type ConversationAction =
  | { readonly type: "asked"; readonly question: UserMessageView; readonly answer: AnswerView }
  /** Takes the last answer's place. */
  | { readonly type: "asked-again"; readonly answer: AnswerView }
  | { readonly type: "events"; readonly answerId: string; readonly events: ReadonlyArray<PlanEvent> }
  | { readonly type: "stopped"; readonly answerId: string; readonly at: number }

export type Messages = ReadonlyArray<ChatMessageView>

export const conversationReducer = (messages: Messages, action: ConversationAction): Messages => {
  switch (action.type) {
    case "asked":
      return [...messages, action.question, action.answer]
    case "asked-again":
      return [...untilLastQuestion(messages), action.answer]
    case "events":
      return updateAnswer(messages, action.answerId, (answer) => action.events.reduce(answerReducer, answer))
    case "stopped":
      return updateAnswer(messages, action.answerId, (answer) => stopAnswer(answer, action.at))
  }
}

const updateAnswer = (
  messages: Messages,
  answerId: string,
  change: (answer: AnswerView) => AnswerView,
): Messages =>
  messages.map((message) =>
    message.role === "assistant" && message.id === answerId ? change(message) : message,
  )

export const untilLastQuestion = (messages: Messages): Messages =>
  messages.slice(0, messages.findLastIndex(({ role }) => role === "user") + 1)

/** What the model is sent: every text that was shown, incomplete answers included, empty ones not. */
export const toChatMessages = (messages: Messages): ReadonlyArray<AgentChatMessage> =>
  messages.filter(({ text }) => text !== "").map(({ role, text }) => ({ role, content: text }))
