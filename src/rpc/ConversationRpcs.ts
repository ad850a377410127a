/** The part of the contract that is about chats: `ConversationService`, method by method. Schemas only. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import {
  Change,
  Conversation,
  ConversationSummary,
  Id,
  ListQuery,
  RunStatus,
  SearchHit,
  SearchQuery,
  UsageQuery,
  UsageRow,
} from "@/services/conversations/Conversation"
import { ConversationError } from "@/services/conversations/ConversationError"
import { AskRequest, AttachRequest, ConversationChanges } from "@/services/conversations/ConversationService"

const error = ConversationError

export class ConversationRpcs extends RpcGroup.make(
  Rpc.make("ListConversations", { payload: ListQuery, success: Schema.Array(ConversationSummary), error }),
  Rpc.make("OpenConversation", { payload: { id: Id }, success: Conversation, error }),
  Rpc.make("Ask", { payload: AskRequest, success: RunStatus, error }),
  /** Leaving it leaves the run alone. */
  Rpc.make("AttachRun", { payload: AttachRequest, success: PlanEvent, error, stream: true }),
  Rpc.make("StopRun", { payload: { runId: Id }, error }),
  Rpc.make("ResumeRun", { payload: { runId: Id }, success: RunStatus, error }),
  Rpc.make("UpdateConversation", { payload: { id: Id, changes: ConversationChanges }, error }),
  Rpc.make("RemoveConversation", { payload: { id: Id }, error }),
  Rpc.make("RestoreConversation", { payload: { id: Id }, error }),
  Rpc.make("SearchConversations", { payload: SearchQuery, success: Schema.Array(SearchHit), error }),
  Rpc.make("SumUsage", { payload: UsageQuery, success: Schema.Array(UsageRow), error }),
  Rpc.make("WatchConversations", { success: Change, error, stream: true }),
) {}
