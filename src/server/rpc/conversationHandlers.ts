/** Answers the page's calls about chats. */
import * as Effect from "effect/Effect"
import { ConversationRpcs } from "@/rpc/ConversationRpcs"
import { ConversationService } from "@/services/conversations/ConversationService"

export const conversationHandlers = ConversationRpcs.toLayer(
  Effect.map(ConversationService, (conversations) =>
    ConversationRpcs.of({
      ListConversations: (query) => conversations.list(query),
      OpenConversation: ({ id }) => conversations.open(id),
      Ask: (request) => conversations.ask(request),
      AttachRun: (request) => conversations.attach(request),
      StopRun: ({ runId }) => conversations.stop(runId),
      ResumeRun: ({ runId }) => conversations.resume(runId),
      UpdateConversation: ({ id, changes }) => conversations.update(id, changes),
      RemoveConversation: ({ id }) => conversations.remove(id),
      RestoreConversation: ({ id }) => conversations.restore(id),
      SearchConversations: (query) => conversations.search(query),
      SumUsage: (query) => conversations.usage(query),
      WatchConversations: () => conversations.changes,
    }),
  ),
)
