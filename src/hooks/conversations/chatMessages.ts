/** The messages of the shown branch, as the pane gets them. What did not change keeps its identity. Pure. */
import type { Message } from "@/services/conversations/Conversation"
import type { AnswerMessage, AnswerView, ChatMessageView, UserMessageView } from "../ai/chatState"
import { hasFailed, isBeingWritten, type FailedAsk, type OpenChat, type WrittenMessage } from "./openChat"
import { recordedAnswer, unread } from "./recordedAnswer"

/** @param branch from the first message to the last */
export const chatMessages = (
  branch: ReadonlyArray<Message>,
  { asks, reading }: Pick<OpenChat, "asks" | "reading">,
): ReadonlyArray<ChatMessageView> =>
  branch.map((message) => {
    if (message.role === "user") return questionOf(message)
    const ask = asks.get(message.id)
    if (ask !== undefined && hasFailed(ask)) return shown(unsent(ask))
    if (!isBeingWritten(message)) return recorded(message)
    return shown(reading.get(message.run.id)?.view ?? pending(message))
  })

/** One result for every object, for as long as the object lives. */
const remembered = <Key extends object, Value>(make: (key: Key) => Value): ((key: Key) => Value) => {
  const made = new WeakMap<Key, Value>()
  return (key) => {
    const known = made.get(key)
    if (known !== undefined) return known
    const value = make(key)
    made.set(key, value)
    return value
  }
}

const questionOf = remembered(({ id, text }: Message): UserMessageView => ({ role: "user", id, text }))

const viewOf = remembered(recordedAnswer)

const recorded = remembered((message: Message): AnswerMessage => ({
  role: "assistant",
  id: message.id,
  // The text of a run that was interrupted stands in its record alone.
  text: message.run?.status === "interrupted" ? viewOf(message).text : message.text,
  isRunning: false,
  view: () => viewOf(message),
}))

const shown = remembered((view: AnswerView): AnswerMessage => ({
  role: "assistant",
  id: view.id,
  text: view.text,
  isRunning: view.status.state === "running",
  view: () => view,
}))

const pending = remembered(({ id, run }: WrittenMessage): AnswerView => unread(id, run).view)

const unsent = remembered(({ request, failed }: FailedAsk): AnswerView => {
  const { answerId, preferredProvider } = request
  const { view } = unread(answerId, { preferredProvider, startedAt: failed.at })
  const error = { sentence: failed.sentence, remedy: { kind: "try-again" }, details: [] } as const
  const status = { state: "failed", error, partial: false, duration: 0 } as const
  return { ...view, status, announcement: failed.sentence }
})
