/** Answers as they are kept, made into what is shown of them. Pure. */
import * as Result from "effect/Result"
import type { PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import type { Message, RunInfo } from "@/services/conversations/Conversation"
import { decodeEvents } from "@/services/conversations/eventCodec"
import { answerReducer, newAnswer } from "../ai/answerReducer"
import type { AnswerStatus, AnswerView } from "../ai/chatState"
import { closeAttempts } from "../ai/timeline"

/** An answer as far as its events were read. */
export interface ReadAnswer {
  readonly view: AnswerView
  /** The number of the event that is to be read next. */
  readonly next: number
  /** When the last one happened, in milliseconds since the epoch. */
  readonly at: number
}

export const unread = (
  messageId: string,
  { preferredProvider, startedAt }: Pick<RunInfo, "preferredProvider" | "startedAt">,
): ReadAnswer => {
  const { key, modelName } = preferredProvider
  const askedFor = { provider: key, ...(modelName === undefined ? {} : { model: modelName }) }
  return { view: newAnswer(messageId, askedFor, startedAt), next: 0, at: startedAt }
}

/** Number 0 begins the answer anew. */
export const readOn = (read: ReadAnswer, events: ReadonlyArray<PlanEvent>, blank: ReadAnswer): ReadAnswer =>
  events.reduce(
    ({ view }, event) => ({
      view: answerReducer(event.sequence === 0 ? blank.view : view, event),
      next: event.sequence + 1,
      at: event.at,
    }),
    read,
  )

/** What is kept of a run that does not run; undefined where it cannot be read. */
export const reread = (messageId: string, run: RunInfo): ReadAnswer | undefined => {
  const blank = unread(messageId, run)
  const events = Result.getOrUndefined(decodeEvents(run.events ?? "[]"))
  return events === undefined ? undefined : readOn(blank, events, blank)
}

/** Of an answer that is not being written. */
export const recordedAnswer = (message: Message): AnswerView => {
  const { id, text, run, createdAt } = message
  if (run === undefined) {
    const { origin = "elsewhere" } = message
    return {
      ...newAnswer(id, { provider: origin }, createdAt),
      text,
      origin,
      status: complete,
      announcement: "",
    }
  }
  const read = reread(id, run)
  if (read === undefined) return { ...unread(id, run).view, text, status: unreadable, announcement: "" }
  return run.status === "interrupted" ? interrupted(read) : read.view
}

const complete: AnswerStatus = { state: "complete", finishReason: "stop", duration: 0 }

const unreadable: AnswerStatus = {
  state: "failed",
  error: {
    sentence: "The record of this answer cannot be read, so only its text is shown.",
    remedy: { kind: "none" },
    details: [],
  },
  partial: false,
  duration: 0,
}

const interrupted = ({ view, at }: ReadAnswer): AnswerView => ({
  ...view,
  timeline: closeAttempts(view.timeline, (row) => ({ state: "stopped", duration: at - row.startedAt })),
  status: { state: "interrupted", duration: at - view.startedAt },
  announcement: "Commander was stopped in the middle of this answer",
})
