/** A conversation under other ids. Pure. */
import type { WholeConversation } from "../ConversationStore"
import { fittingId } from "./fittingId"

export const renamed = (
  { conversation, messages, runs }: WholeConversation,
  rename: (id: string) => string,
): WholeConversation => {
  const conversationId = rename(conversation.id)
  return {
    conversation: {
      ...conversation,
      id: conversationId,
      ...(conversation.leafId === undefined ? {} : { leafId: rename(conversation.leafId) }),
    },
    messages: messages.map((message) => ({
      ...message,
      id: rename(message.id),
      conversationId,
      ...(message.parentId === undefined ? {} : { parentId: rename(message.parentId) }),
    })),
    runs: runs.map((run) => ({
      ...run,
      id: rename(run.id),
      conversationId,
      messageId: rename(run.messageId),
      events: run.events.map((event) =>
        event.type === "plan-started" ? { ...event, runId: rename(event.runId) } : event,
      ),
    })),
  }
}

/** @param number from 2; the first one has the ids of the file */
export const copyOf = (whole: WholeConversation, number: number): WholeConversation =>
  renamed(whole, (id) => fittingId(`${id}.copy-${number}`))
