/** What is kept of chats: conversations, their messages as a tree, the runs that answer them. Data only. */
import * as Schema from "effect/Schema"
import { GenerationParameters } from "../ai/core/GenerationOptions"
import { AiPlan, PreferredProviderConfig } from "../ai/orchestration/AiPlan"

/** Names of things, made by whoever makes the thing: asking twice under one name is asking once. */
export const Id = Schema.String.check(Schema.isPattern(/^[\w.:-]{1,128}$/))

/** Milliseconds since the epoch. */
const Instant = Schema.Number

/**
 * `interrupted`: Commander itself was stopped in the middle of the answer, which can be continued; `stopped`: by the user.
 */
export const RunStatus = Schema.Literals(["running", "completed", "failed", "stopped", "interrupted"])
export type RunStatus = typeof RunStatus.Type

/** What a run is asked, besides the messages on the way to its answer. */
export const RunParameters = Schema.Struct({
  preferredProvider: PreferredProviderConfig,
  options: Schema.optionalKey(GenerationParameters),
  /** In place of the default plan of the preferred provider. */
  plan: Schema.optionalKey(AiPlan),
})
export type RunParameters = typeof RunParameters.Type

/** The run that writes or wrote an answer. */
export const RunInfo = Schema.Struct({
  id: Id,
  status: RunStatus,
  startedAt: Instant,
  preferredProvider: PreferredProviderConfig,
  /** Its compacted events as JSON, read with `decodeEvents`; absent while it runs: attach to it. */
  events: Schema.optionalKey(Schema.String),
})
export type RunInfo = typeof RunInfo.Type

export const Message = Schema.Struct({
  id: Id,
  /** The message before it; absent for the first. Messages with the same parent are branches. */
  parentId: Schema.optionalKey(Id),
  role: Schema.Literals(["user", "assistant"]),
  /** Empty for an answer whose run has not ended. */
  text: Schema.String,
  createdAt: Instant,
  /** Absent for questions, and for answers that came from elsewhere. */
  run: Schema.optionalKey(RunInfo),
  /** Who wrote it elsewhere, e.g. `ChatGPT, gpt-4o`; only of imported messages. */
  origin: Schema.optionalKey(Schema.String),
})
export type Message = typeof Message.Type

export const ConversationSummary = Schema.Struct({
  id: Id,
  title: Schema.String,
  pinned: Schema.Boolean,
  createdAt: Instant,
  /** When it was last asked or answered. */
  updatedAt: Instant,
  isRunning: Schema.Boolean,
  /** The last message of the branch that is shown. */
  leafId: Schema.optionalKey(Id),
})
export type ConversationSummary = typeof ConversationSummary.Type

export const Conversation = Schema.Struct({
  summary: ConversationSummary,
  /** What was written and not sent. */
  draft: Schema.String,
  /** All branches, parents before their children. */
  messages: Schema.Array(Message),
})
export type Conversation = typeof Conversation.Type

/** Pinned ones first, then the most recent. */
export const ListQuery = Schema.Struct({
  limit: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 500 })),
  /** The last of the page before. */
  after: Schema.optionalKey(Schema.Struct({ pinned: Schema.Boolean, updatedAt: Instant, id: Id })),
})
export type ListQuery = typeof ListQuery.Type

export const SearchHit = Schema.Struct({
  conversationId: Id,
  title: Schema.String,
  /** Absent when it is the title that matches. */
  messageId: Schema.optionalKey(Id),
  /** A piece of the text around the first match. */
  snippet: Schema.String,
  /** Where the words are in the snippet, as [start, end) in UTF-16 code units. */
  matches: Schema.Array(Schema.Tuple([Schema.Int, Schema.Int])),
  at: Instant,
})
export type SearchHit = typeof SearchHit.Type

export const SearchQuery = Schema.Struct({
  /** Words that must all occur; the last may be the beginning of one. */
  text: Schema.String.check(Schema.isMaxLength(500)),
  limit: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 200 })),
})
export type SearchQuery = typeof SearchQuery.Type

/** What was used, summed up. Days are of UTC, written as `2026-11-24`. */
export const UsageQuery = Schema.Struct({
  by: Schema.Literals(["conversation", "day", "model"]),
  /** Of one conversation alone. */
  conversationId: Schema.optionalKey(Id),
  since: Schema.optionalKey(Instant),
  limit: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })),
})
export type UsageQuery = typeof UsageQuery.Type

export const UsageRow = Schema.Struct({
  /** The conversation's id, the day, or `provider/model`. */
  key: Schema.String,
  /** For people: a conversation's title, else the key. */
  label: Schema.String,
  /** Requests to providers, failed ones included. */
  attempts: Schema.Int,
  inputTokens: Schema.Int,
  outputTokens: Schema.Int,
  usd: Schema.Number,
  /** False when tokens or prices of an attempt are unknown: then these are lower bounds. */
  isComplete: Schema.Boolean,
})
export type UsageRow = typeof UsageRow.Type

/** Whether what is said is being kept. */
export const StoreState = Schema.Union([
  Schema.Struct({
    type: Schema.Literal("saving"),
    /** Something of the past that the user should know, e.g. a damaged file that was kept aside. */
    notice: Schema.optionalKey(Schema.String),
  }),
  /** New things are kept in memory only, and are lost when Commander stops. */
  Schema.Struct({ type: Schema.Literal("memory-only"), why: Schema.String }),
])
export type StoreState = typeof StoreState.Type

/** What has changed, for every viewer. */
export const Change = Schema.Union([
  /** The first of every subscription, and after changes were missed: read anew what is shown. */
  Schema.Struct({ type: Schema.Literal("resynchronise"), store: StoreState }),
  Schema.Struct({ type: Schema.Literal("conversation-changed"), summary: ConversationSummary }),
  Schema.Struct({ type: Schema.Literal("conversation-removed"), id: Id }),
  Schema.Struct({
    type: Schema.Literal("messages-added"),
    conversationId: Id,
    messages: Schema.Array(Message),
  }),
  /** A run has begun again, or has ended; with its events when it has ended. */
  Schema.Struct({
    type: Schema.Literal("run-changed"),
    conversationId: Id,
    messageId: Id,
    run: RunInfo,
  }),
  Schema.Struct({ type: Schema.Literal("store-changed"), store: StoreState }),
])
export type Change = typeof Change.Type
