/**
 * Chats that are kept. A run belongs to whoever keeps it, is a log of numbered events, and every viewer is a reader of that
 * log: leaving does not stop it, coming back does not start it again.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { PlanEvent } from "../ai/orchestration/PlanEvent"
import {
  Id,
  RunParameters,
  type Change,
  type Conversation,
  type ConversationSummary,
  type ListQuery,
  type RunStatus,
  type SearchHit,
  type SearchQuery,
  type UsageQuery,
  type UsageRow,
} from "./Conversation"
import type { ConversationError } from "./ConversationError"

/** One turn: a question and the run that answers it. All names are made by whoever asks. */
export const AskRequest = Schema.Struct({
  runId: Id,
  /** Made when there is none of that name. */
  conversationId: Id,
  questionId: Id,
  /** Absent: the question is there already and is answered once more, as another branch. */
  question: Schema.optionalKey(
    Schema.Struct({
      /** The message that it follows; absent for the first. */
      parentId: Schema.optionalKey(Id),
      text: Schema.NonEmptyString,
    }),
  ),
  answerId: Id,
  ...RunParameters.fields,
})
export type AskRequest = typeof AskRequest.Type

/** From which event on a run is read. */
export const AttachRequest = Schema.Struct({
  runId: Id,
  /** The sequence number of the first event that is wanted. */
  from: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
})
export type AttachRequest = typeof AttachRequest.Type

export const ConversationChanges = Schema.Struct({
  title: Schema.optionalKey(Schema.NonEmptyString.check(Schema.isMaxLength(200))),
  pinned: Schema.optionalKey(Schema.Boolean),
  /** Shows the branch that ends with this message. */
  leafId: Schema.optionalKey(Id),
  /** What was written and not sent; empty when nothing was. */
  draft: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(200_000))),
})
export type ConversationChanges = typeof ConversationChanges.Type

export class ConversationService extends Context.Service<
  ConversationService,
  {
    readonly list: (query: ListQuery) => Effect.Effect<ReadonlyArray<ConversationSummary>, ConversationError>
    readonly open: (id: string) => Effect.Effect<Conversation, ConversationError>
    /**
     * Returns once the question and the run are durable. The same `runId` again changes nothing and tells where that run
     * stands.
     */
    readonly ask: (request: AskRequest) => Effect.Effect<RunStatus, ConversationError>
    /**
     * The run's events from that number on, as far as there are any, then those that come, until the run ends or is
     * interrupted. A run that has ended is compacted: asked for a number inside a piece of text that was joined, the events
     * begin anew with the `plan-started` of number 0, and the reader begins its answer anew too.
     */
    readonly attach: (request: AttachRequest) => Stream.Stream<PlanEvent, ConversationError>
    /** Ends a running run; its record says that it was stopped. One that has ended stays as it is. */
    readonly stop: (runId: string) => Effect.Effect<void, ConversationError>
    /** Goes on with an interrupted run from the text that was seen; one that runs or has ended stays as it is. */
    readonly resume: (runId: string) => Effect.Effect<RunStatus, ConversationError>
    readonly update: (id: string, changes: ConversationChanges) => Effect.Effect<void, ConversationError>
    /** Stops its runs. Can be taken back with `restore` for a while (`defaults.undoWindow`). */
    readonly remove: (id: string) => Effect.Effect<void, ConversationError>
    readonly restore: (id: string) => Effect.Effect<void, ConversationError>
    readonly search: (query: SearchQuery) => Effect.Effect<ReadonlyArray<SearchHit>, ConversationError>
    /** The most expensive first; days with the latest first. */
    readonly usage: (query: UsageQuery) => Effect.Effect<ReadonlyArray<UsageRow>, ConversationError>
    /** Begins with `resynchronise`, then every change; a reader that falls behind gets `resynchronise` again. */
    readonly changes: Stream.Stream<Change, ConversationError>
  }
>()("ConversationService") {}
