/** Turns, events and endings by hand, as a conversation store is given them. */
import * as Result from "effect/Result"
import { compacted } from "@/services/conversations/compaction"
import type { Message } from "@/services/conversations/Conversation"
import type {
  ConversationStore,
  RunEnding,
  StoredMessage,
  Turn,
  WholeConversation,
} from "@/services/conversations/ConversationStore"
import { decodeEvents, encodeEvents } from "@/services/conversations/eventCodec"
import type { AttemptRecord, PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import {
  answerStarted,
  attemptStarted,
  completed,
  eventsOf,
  openai,
  planStarted,
  record,
  text,
} from "./planEvents"

export type Store = ConversationStore["Service"]

export const noon = Date.UTC(2026, 10, 24, 12)
export const minute = 60_000
export const day = 24 * 60 * minute

interface TurnOptions {
  readonly conversationId?: string
  /** Of the turn in its conversation: names are made of it. */
  readonly number?: number
  readonly at?: number
  readonly title?: string
  readonly question?: string
  /** The message that it follows. */
  readonly parentId?: string
}

/** Turn 2 of `chat` has the messages `chat-q2` and `chat-a2` and the run `chat-r2`. */
export const turnOf = ({
  conversationId = "chat",
  number = 1,
  at = noon,
  title = `Title of ${conversationId}`,
  question = `Question ${number}`,
  parentId,
}: TurnOptions = {}): Turn => {
  const questionId = `${conversationId}-q${number}`
  const answerId = `${conversationId}-a${number}`
  const messages: ReadonlyArray<StoredMessage> = [
    {
      id: questionId,
      conversationId,
      role: "user",
      text: question,
      createdAt: at,
      ...(parentId === undefined ? {} : { parentId }),
    },
    { id: answerId, conversationId, role: "assistant", text: "", createdAt: at, parentId: questionId },
  ]
  return {
    conversation: {
      id: conversationId,
      title,
      pinned: false,
      createdAt: at,
      updatedAt: at,
      leafId: answerId,
      draft: "",
    },
    messages,
    run: {
      id: `${conversationId}-r${number}`,
      conversationId,
      messageId: answerId,
      status: "running",
      parameters: {
        preferredProvider: { key: "openai", modelName: "gpt-5.4" },
        options: { temperature: 0.7 },
      },
      startedAt: at,
      starts: 1,
    },
  }
}

/** The events of an answer that is still being written: numbers 0 to 2, then one for each piece. */
export const eventsWriting = (...pieces: ReadonlyArray<string>): ReadonlyArray<PlanEvent> =>
  eventsOf([planStarted(openai), attemptStarted(1, openai), answerStarted(1, openai), ...pieces.map(text)])

/** Those, and the end of the run. */
export const eventsOfAnswer = (
  pieces: ReadonlyArray<string>,
  attempts: ReadonlyArray<AttemptRecord> = [record(1, openai)],
): ReadonlyArray<PlanEvent> =>
  eventsOf([
    planStarted(openai),
    attemptStarted(1, openai),
    answerStarted(1, openai),
    ...pieces.map(text),
    completed(openai, ...attempts),
  ])

export const endingOf = (
  turn: Turn,
  options: {
    readonly pieces?: ReadonlyArray<string>
    readonly attempts?: ReadonlyArray<AttemptRecord>
    readonly endedAt?: number
  } = {},
): RunEnding => {
  const { pieces = ["An ", "answer"], attempts = [record(1, openai)] } = options
  return {
    runId: turn.run.id,
    status: "completed",
    endedAt: options.endedAt ?? turn.run.startedAt + minute,
    events: compacted(eventsOfAnswer(pieces, attempts)),
    text: pieces.join(""),
    attempts,
  }
}

/** Events as JSON values, so that they can be compared: whether they were read from JSON makes no difference. */
export const dataOf = (events: ReadonlyArray<PlanEvent>): unknown => JSON.parse(encodeEvents(events))

/** Messages with their runs' events as JSON values. */
export const messageDataOf = (messages: ReadonlyArray<Message>) =>
  messages.map(({ run, ...message }) => ({
    ...message,
    ...(run && { run: { ...run, ...(run.events !== undefined && { events: readBack(run.events) }) } }),
  }))

const readBack = (json: string): unknown => dataOf(Result.getOrThrow(decodeEvents(json)))

/** A conversation with its events as JSON values. */
export const plain = ({ conversation, messages, runs }: WholeConversation) => ({
  conversation,
  messages,
  runs: runs.map((run) => ({ ...run, events: dataOf(run.events) })),
})
