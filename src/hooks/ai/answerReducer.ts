/** The one reducer that turns plan events into what an answer shows. Pure. */
import * as Duration from "effect/Duration"
import { nameOf, type PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import type { AnswerView, TimelineRow } from "./chatState"
import { errorView } from "./errorView"

type AttemptRow = Extract<TimelineRow, { readonly kind: "attempt" }>

export const newAnswer = (id: string, askedFor: AnswerView["askedFor"], startedAt: number): AnswerView => ({
  role: "assistant",
  id,
  text: "",
  reasoning: "",
  toolCalls: [],
  startedAt,
  askedFor,
  timeline: [],
  status: { state: "running" },
  announcement: `Asking ${askedFor.provider}`,
})

/** An answer that has ended stays as it is: events that were under way when it was stopped change nothing. */
export const answerReducer = (answer: AnswerView, event: PlanEvent): AnswerView => {
  if (answer.status.state !== "running") return answer
  switch (event.type) {
    case "plan-started": {
      const [first, ...rest] = event.plan.steps
      return {
        ...answer,
        askedFor: { provider: first.provider, ...(first.model === undefined ? {} : { model: first.model }) },
        timeline: [first, ...rest].map(({ provider, model }, step) => ({
          kind: "not-needed",
          step,
          provider,
          ...(model === undefined ? {} : { model }),
        })),
      }
    }
    case "step-skipped":
      return enter(answer, event.step, {
        kind: "skipped",
        provider: event.provider,
        message: event.reason.message,
        ...(event.reason.keyName === undefined ? {} : { keyName: event.reason.keyName }),
      })
    case "attempt-started": {
      const row: AttemptRow = {
        kind: "attempt",
        attempt: event.attempt,
        target: event.target,
        startedAt: event.at,
        outcome: { state: "asking" },
      }
      return { ...enter(answer, event.step, row), announcement: `Asking ${nameOf(event.target)}` }
    }
    case "answer-started":
      return {
        ...updateAttempt(answer, event.attempt, (row) => ({
          ...row,
          outcome: { state: "answering", timeToFirstPart: Duration.toMillis(event.timeToFirstPart) },
        })),
        answeredBy: event.target,
        announcement: `${nameOf(event.target)} is answering`,
      }
    case "text-delta":
      return { ...answer, text: answer.text + event.text }
    case "reasoning-delta":
      return { ...answer, reasoning: answer.reasoning + event.text }
    case "tool-call":
      return {
        ...answer,
        toolCalls: [
          ...answer.toolCalls,
          { id: event.id, name: event.name, params: JSON.stringify(event.params) },
        ],
      }
    case "attempt-failed": {
      const error = errorView(event.error)
      const failed = updateAttempt(answer, event.attempt, (row) => ({
        ...row,
        outcome: {
          state: "failed",
          error,
          duration: Duration.toMillis(event.duration),
          emitted: event.emitted,
        },
      }))
      return { ...failed, announcement: error.sentence }
    }
    case "retry-scheduled": {
      const delay = Duration.toMillis(event.delay)
      const row: TimelineRow = {
        kind: "wait",
        target: event.target,
        delay,
        until: event.at + delay,
        askedByProvider: event.askedByProvider,
        cause: event.cause,
      }
      return { ...answer, timeline: insertBeforeUnused(answer.timeline, row) }
    }
    case "target-switched": {
      const row: TimelineRow = { kind: "switched", from: event.from, to: event.to, cause: event.cause }
      return {
        ...answer,
        timeline: insertBeforeUnused(answer.timeline, row),
        announcement: `Switching to ${nameOf(event.to)}`,
      }
    }
    case "plan-completed": {
      const duration = event.at - answer.startedAt
      const last = event.attempts.at(-1)
      const outputTokens = event.usage.outputTokens
      const answered =
        last === undefined
          ? answer
          : updateAttempt(answer, last.attempt, (row) => ({
              ...row,
              outcome: {
                state: "answered",
                timeToFirstPart: Duration.toMillis(last.timeToFirstPart ?? last.duration),
                duration: Duration.toMillis(last.duration),
                ...(outputTokens === undefined ? {} : { outputTokens }),
              },
            }))
      return {
        ...answered,
        answeredBy: event.target,
        status: { state: "complete", finishReason: event.finishReason, duration },
        announcement: `${nameOf(event.target)} has answered`,
      }
    }
    case "plan-failed": {
      const error = errorView(event.error)
      return {
        ...answer,
        // A step that would have been needed and was not reached is no step that was "not needed".
        timeline: closeAttempts(answer.timeline, (row) => ({
          state: "failed",
          error,
          duration: event.at - row.startedAt,
          emitted: answer.text.length,
        })).filter(({ kind }) => kind !== "not-needed"),
        status: { state: "failed", error, partial: event.partial, duration: event.at - answer.startedAt },
        announcement: event.partial ? `The answer is incomplete. ${error.sentence}` : error.sentence,
      }
    }
  }
}

/** The user stopped the run: the server sends no more events. */
export const stopAnswer = (answer: AnswerView, at: number): AnswerView => {
  if (answer.status.state !== "running") return answer
  const timeline = closeAttempts(answer.timeline, (row) => ({
    state: "stopped",
    duration: at - row.startedAt,
  }))
  return {
    ...answer,
    timeline,
    status: { state: "stopped", duration: at - answer.startedAt },
    announcement: "Stopped",
  }
}

/** The plan's steps stand at the end of the timeline as "not needed" until the run reaches them. */
const enter = (answer: AnswerView, step: number, row: TimelineRow): AnswerView => ({
  ...answer,
  timeline: insertBeforeUnused(
    answer.timeline.filter((other) => other.kind !== "not-needed" || other.step !== step),
    row,
  ),
})

/** Gives the attempt that is still open its end. */
const closeAttempts = (
  timeline: ReadonlyArray<TimelineRow>,
  ending: (row: AttemptRow) => AttemptRow["outcome"],
): ReadonlyArray<TimelineRow> =>
  timeline.map((row) => {
    if (row.kind !== "attempt") return row
    const isOpen = row.outcome.state === "asking" || row.outcome.state === "answering"
    return isOpen ? { ...row, outcome: ending(row) } : row
  })

const insertBeforeUnused = (
  timeline: ReadonlyArray<TimelineRow>,
  row: TimelineRow,
): ReadonlyArray<TimelineRow> => {
  const first = timeline.findIndex(({ kind }) => kind === "not-needed")
  return first === -1 ? [...timeline, row] : [...timeline.slice(0, first), row, ...timeline.slice(first)]
}

const updateAttempt = (
  answer: AnswerView,
  attempt: number,
  change: (row: AttemptRow) => AttemptRow,
): AnswerView => ({
  ...answer,
  timeline: answer.timeline.map((row) =>
    row.kind === "attempt" && row.attempt === attempt ? change(row) : row,
  ),
})
