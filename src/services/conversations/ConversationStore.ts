/** Where conversations are kept. Every write is whole or not at all. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { AttemptRecord, PlanEvent } from "../ai/orchestration/PlanEvent"
import type {
  ConversationSummary,
  ListQuery,
  Message,
  RunParameters,
  RunStatus,
  SearchHit,
  SearchQuery,
  StoreState,
  UsageQuery,
  UsageRow,
} from "./Conversation"
import type { ConversationChanges } from "./ConversationService"

export class StoreError extends Data.TaggedError("StoreError")<{
  /** `Refused`: what was to be written is wrong in itself, such as a name that is taken; the store is well. */
  readonly reason: "Full" | "ReadOnly" | "Corrupt" | "Refused" | "Failed"
  /** One sentence, with the path and what to do. */
  readonly message: string
  readonly cause?: unknown
}> {}

export interface StoredConversation {
  readonly id: string
  readonly title: string
  readonly pinned: boolean
  readonly createdAt: number
  readonly updatedAt: number
  readonly leafId?: string
  readonly draft: string
}

export interface StoredMessage {
  readonly id: string
  readonly conversationId: string
  readonly parentId?: string
  readonly role: "user" | "assistant"
  readonly text: string
  readonly createdAt: number
  readonly origin?: string
}

export interface StoredRun {
  readonly id: string
  readonly conversationId: string
  /** The answer that it writes. */
  readonly messageId: string
  readonly status: RunStatus
  readonly parameters: RunParameters
  readonly startedAt: number
  readonly endedAt?: number
  /** How often it was begun: 1, and 1 more for every time it was resumed. */
  readonly starts: number
}

/** Everything of a conversation, as it is moved from one store to another. */
export interface WholeConversation {
  readonly conversation: StoredConversation
  /** Parents before their children. */
  readonly messages: ReadonlyArray<StoredMessage>
  readonly runs: ReadonlyArray<StoredRun & { readonly events: ReadonlyArray<PlanEvent> }>
}

/** A question and the run that answers it. */
export interface Turn {
  /** Made when there is none of that id; else only its `leafId` and `updatedAt` are taken. */
  readonly conversation: StoredConversation
  /** The question, where it is new, and the empty answer. */
  readonly messages: ReadonlyArray<StoredMessage>
  readonly run: StoredRun
}

export interface LoggedEvents {
  readonly runId: string
  /** In order, without gaps, after those that were logged before. */
  readonly events: ReadonlyArray<PlanEvent>
}

export interface RunEnding {
  readonly runId: string
  readonly status: Exclude<RunStatus, "running" | "interrupted">
  readonly endedAt: number
  /** The whole run, compacted; they take the place of what was logged. */
  readonly events: ReadonlyArray<PlanEvent>
  /** The answer's. */
  readonly text: string
  readonly attempts: ReadonlyArray<AttemptRecord>
}

export class ConversationStore extends Context.Service<
  ConversationStore,
  {
    /** Whether what is written is kept; the current state first, then its changes. */
    readonly state: Stream.Stream<StoreState>

    /** Without deleted ones. Of equally recent ones that with the greatest id comes first. */
    readonly list: (query: ListQuery) => Effect.Effect<ReadonlyArray<ConversationSummary>, StoreError>
    /** Undefined when there is none, or when it is deleted; so are the others that begin with a conversation. */
    readonly conversation: (
      id: string,
    ) => Effect.Effect<
      { readonly summary: ConversationSummary; readonly draft: string } | undefined,
      StoreError
    >
    /** Parents before their children; answers with their runs, which carry their events once they do not run any more. */
    readonly messages: (conversationId: string) => Effect.Effect<ReadonlyArray<Message>, StoreError>
    /** The way from the first message to this one, both included; empty when there is no such message. */
    readonly branch: (messageId: string) => Effect.Effect<ReadonlyArray<StoredMessage>, StoreError>
    readonly run: (runId: string) => Effect.Effect<StoredRun | undefined, StoreError>
    /** Those with the status `running`, of conversations that are not deleted; the oldest first. */
    readonly runningRuns: Effect.Effect<ReadonlyArray<StoredRun>, StoreError>
    /**
     * At most `limit` of the run's events whose numbers are `from` or greater, in order. Of a run that has ended, a joined
     * delta carries the number of its first part.
     */
    readonly events: (query: {
      readonly runId: string
      readonly from: number
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<PlanEvent>, StoreError>
    /** Titles first, then messages; the newest first. */
    readonly search: (query: SearchQuery) => Effect.Effect<ReadonlyArray<SearchHit>, StoreError>
    /** Of runs that have ended, at the time of their end. */
    readonly usage: (query: UsageQuery) => Effect.Effect<ReadonlyArray<UsageRow>, StoreError>
    /** Not of deleted ones. Events of runs included, whether they have ended or not. */
    readonly whole: (id: string) => Effect.Effect<WholeConversation | undefined, StoreError>
    /** The ids of all that are not deleted, the oldest first. */
    readonly ids: Effect.Effect<ReadonlyArray<string>, StoreError>

    /** Durable when it returns, also against a loss of power. Refused when the run or a message exists, or when the conversation is deleted. */
    readonly begin: (turn: Turn) => Effect.Effect<void, StoreError>
    /** Of several runs at once. Survives the death of the process when it returns. */
    readonly append: (batch: ReadonlyArray<LoggedEvents>) => Effect.Effect<void, StoreError>
    /**
     * Durable when it returns, also against a loss of power. Its answer's text becomes searchable, and its conversation was
     * updated at its end.
     */
    readonly finish: (ending: RunEnding) => Effect.Effect<void, StoreError>
    /** `running` counts one more start. */
    readonly setStatus: (
      runId: string,
      status: Extract<RunStatus, "running" | "interrupted">,
    ) => Effect.Effect<void, StoreError>
    /** False when there is no such conversation. */
    readonly update: (id: string, changes: ConversationChanges) => Effect.Effect<boolean, StoreError>
    /** `at`: hides it from then on; undefined: shows it again. False when there is no such conversation. */
    readonly setDeleted: (id: string, at: number | undefined) => Effect.Effect<boolean, StoreError>
    /** Deletes for good what was deleted before that time. */
    readonly purge: (deletedBefore: number) => Effect.Effect<void, StoreError>
    /** Takes the place of what has its id. */
    readonly put: (whole: WholeConversation) => Effect.Effect<void, StoreError>
  }
>()("ConversationStore") {}
