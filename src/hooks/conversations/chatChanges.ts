/** An open chat as it follows what the server tells of it. Pure. */
import type { PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import type {
  Change,
  Conversation,
  ConversationSummary,
  Message,
  RunInfo,
} from "@/services/conversations/Conversation"
import type { Messages } from "./chatTree"
import { isBeingWritten, messageOfRun, without, type OpenChat, type WrittenMessage } from "./openChat"
import { readOn, reread, unread, type ReadAnswer } from "./recordedAnswer"

/** What the server has now. Questions that it has not stay, and so does the draft of a chat that was open already. */
export const withConversation = (chat: OpenChat, conversation: Conversation): OpenChat => {
  const { summary } = conversation
  const messages = new Map<string, Message>()
  for (const message of conversation.messages) messages.set(message.id, kept(chat.messages, message))
  const asks = new Map([...chat.asks].filter(([answerId]) => !messages.has(answerId)))
  for (const { request } of asks.values()) {
    for (const id of [request.questionId, request.answerId]) {
      const own = chat.messages.get(id)
      if (own !== undefined && !messages.has(id)) messages.set(id, own)
    }
  }
  const reading = new Map<string, ReadAnswer>()
  for (const { id, run } of [...messages.values()].filter(isBeingWritten)) {
    const seen = chat.reading.get(run.id) ?? seenOf(chat.messages.get(id))
    if (seen !== undefined) reading.set(run.id, seen)
  }
  return withSummary(
    {
      ...chat,
      state: { status: "ready" },
      messages,
      draft: chat.state.status === "ready" ? chat.draft : conversation.draft,
      asks,
      reading,
    },
    summary,
  )
}

/** The same chat where the change is about another. */
export const withChange = (chat: OpenChat, change: Change): OpenChat => {
  switch (change.type) {
    case "conversation-changed":
      return change.summary.id === chat.id ? withSummary(chat, change.summary) : chat
    case "messages-added":
      return change.conversationId === chat.id ? withMessages(chat, change.messages) : chat
    case "run-changed":
      return change.conversationId === chat.id ? withRun(chat, change.messageId, change.run) : chat
    case "conversation-removed":
      return change.id === chat.id ? gone(chat) : chat
    case "resynchronise":
    case "store-changed":
      return chat
  }
}

/** From now on the run's events are wanted. */
export const withReading = (chat: OpenChat, { id, run }: WrittenMessage): OpenChat =>
  chat.reading.has(run.id) ? chat : { ...chat, reading: new Map(chat.reading).set(run.id, unread(id, run)) }

export const withEvents = (chat: OpenChat, runId: string, events: ReadonlyArray<PlanEvent>): OpenChat => {
  const read = chat.reading.get(runId)
  const message = messageOfRun(chat, runId)
  if (read === undefined || message === undefined) return chat
  const next = readOn(read, events, unread(message.id, message.run))
  return { ...chat, reading: new Map(chat.reading).set(runId, next) }
}

/** A chat that is not there any more; what was not sent from it stays to be seen. */
const gone = (chat: OpenChat): OpenChat => ({
  ...chat,
  state: { status: "failed", sentence: "This chat was deleted." },
})

const withSummary = (chat: OpenChat, { title, leafId: savedLeafId }: ConversationSummary): OpenChat => {
  const { leafId = "", messages, asks } = chat
  const hasMoved = savedLeafId !== undefined && savedLeafId !== chat.savedLeafId
  // A message that is not here yet is gone to once it comes; one that was not sent is not left behind.
  const goesThere = hasMoved && messages.has(savedLeafId) && !asks.has(leafId)
  return { ...chat, isSaved: true, title, savedLeafId, leafId: goesThere ? savedLeafId : chat.leafId }
}

const withMessages = (chat: OpenChat, added: ReadonlyArray<Message>): OpenChat => {
  const messages = new Map(chat.messages)
  let { leafId } = chat
  for (const message of added) {
    messages.set(message.id, kept(chat.messages, message))
    // Whoever reads the end of a chat goes on reading there when another window asks.
    if (message.parentId === leafId || message.id === chat.savedLeafId) leafId = message.id
  }
  return { ...chat, messages, leafId, asks: added.reduce((asks, { id }) => without(asks, id), chat.asks) }
}

const withRun = (chat: OpenChat, messageId: string, run: RunInfo): OpenChat => {
  const message = chat.messages.get(messageId)
  if (message === undefined) return chat
  const messages = new Map(chat.messages)
  if (run.status === "running") {
    messages.set(messageId, { ...message, run })
    const seen = seenOf(message)
    const reading = seen === undefined ? chat.reading : new Map(chat.reading).set(run.id, seen)
    return { ...chat, messages, reading }
  }
  const text = reread(messageId, run)?.view.text ?? message.text
  messages.set(messageId, { ...message, text, run })
  return { ...chat, messages, reading: without(chat.reading, run.id) }
}

/**
 * What was seen of an answer before it was interrupted stays on the screen while it goes on. It is read again from its
 * beginning: a record does not tell how many events its last piece of text was joined of.
 */
const seenOf = (message: Message | undefined): ReadAnswer | undefined => {
  const seen = message?.run?.events === undefined ? undefined : reread(message.id, message.run)
  return seen === undefined ? undefined : { ...seen, next: 0 }
}

/** A message that did not change keeps its identity, and with it everything that was made of it. */
const kept = (messages: Messages, message: Message): Message => {
  const own = messages.get(message.id)
  const isSame =
    own !== undefined &&
    own.text === message.text &&
    own.parentId === message.parentId &&
    own.run?.status === message.run?.status &&
    own.run?.events === message.run?.events
  return isSame ? own : message
}
