/** The one reducer that turns plan events into what an answer shows. Pure. */
import * as Duration from "effect/Duration"
import { nameOf, type PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import { spendingOf, spendingOfRun } from "@/services/ai/orchestration/spending"
import type { AnswerView } from "./chatState"
import { errorView } from "./errorView"
import {
  closeAttempts,
  enter,
  hasBegun,
  insert,
  overtake,
  succeed,
  updateAttempt,
  type AttemptRow,
} from "./timeline"

export const newAnswer = (id: string, askedFor: AnswerView["askedFor"], startedAt: number): AnswerView => ({
  role: "assistant",
  id,
  ...nothingWritten,
  startedAt,
  askedFor,
  timeline: [],
  spent: {},
  status: { state: "running" },
  announcement: `Asking ${askedFor.provider}`,
})

const nothingWritten = { text: "", reasoning: "", toolCalls: [], seams: [] } satisfies Partial<AnswerView>

/** An answer that has ended stays as it is: events that were under way when it was stopped change nothing. */
export const answerReducer = (answer: AnswerView, event: PlanEvent): AnswerView => {
  if (answer.status.state !== "running") return answer
  const { timeline } = answer
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
    case "step-skipped": {
      const { message, keyName, lacks = [], reopensAt } = event.reason
      return {
        ...answer,
        timeline: enter(timeline, event.step, {
          kind: "skipped",
          provider: event.provider,
          message,
          ...(keyName === undefined ? {} : { keyName }),
          lacks: lacks.length > 0,
          ...(reopensAt === undefined ? {} : { reopensAt }),
        }),
      }
    }
    case "attempt-started": {
      const { attempt, target, purpose: role = "answer" } = event
      return {
        ...answer,
        timeline: enter(timeline, event.step, {
          kind: "attempt",
          attempt,
          target,
          role,
          startedAt: event.at,
          outcome: { state: "asking" },
        }),
        announcement: asking[role](nameOf(target)),
      }
    }
    case "answer-started":
      return {
        ...answer,
        timeline: updateAttempt(overtake(timeline, event.target), event.attempt, (row) =>
          answering(row, event),
        ),
        answeredBy: event.target,
        announcement: `${nameOf(event.target)} is answering`,
      }
    case "answer-resumed": {
      const { target, attempt } = event
      const from = answer.answeredBy
      const continues = event.mode !== "fresh"
      return {
        ...answer,
        timeline: updateAttempt(succeed(timeline, target, continues ? "continued" : "none"), attempt, (row) =>
          answering(continues ? { ...row, role: "continuation" } : row, event),
        ),
        seams:
          continues && from !== undefined
            ? [...answer.seams, { at: answer.text.length, from, target }]
            : answer.seams,
        answeredBy: target,
        announcement: `${nameOf(target)} goes on with the answer`,
      }
    }
    case "answer-discarded":
      return { ...answer, ...nothingWritten, timeline: succeed(timeline, event.target, "taken-back") }
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
    case "attempt-failed":
      return attemptFailed(answer, event)
    case "retry-scheduled": {
      const delay = Duration.toMillis(event.delay)
      return {
        ...answer,
        timeline: insert(timeline, {
          kind: "wait",
          target: event.target,
          delay,
          until: event.at + delay,
          askedByProvider: event.askedByProvider,
          cause: event.cause,
        }),
      }
    }
    case "target-switched":
      return {
        ...answer,
        timeline: insert(timeline, { kind: "switched", from: event.from, to: event.to, cause: event.cause }),
        announcement: `Switching to ${nameOf(event.to)}`,
      }
    case "plan-completed":
      return completed(answer, event)
    case "plan-failed":
      return isStop(event)
        ? { ...stopAnswer(answer, event.at), spent: spendingOfRun(event) }
        : failed(answer, event)
  }
}

/** The user stopped the run: no more events come. */
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

const asking: Readonly<Record<"answer" | "hedge" | "rescue", (name: string) => string>> = {
  answer: (name) => `Asking ${name}`,
  hedge: (name) => `Asking ${name} as well`,
  rescue: (name) => `Asking ${name} to finish the answer`,
}

const answering = (
  row: AttemptRow,
  { timeToFirstPart }: Extract<PlanEvent, { readonly type: "answer-started" | "answer-resumed" }>,
): AttemptRow => ({
  ...row,
  outcome: { state: "answering", timeToFirstPart: Duration.toMillis(timeToFirstPart) },
})

const attemptFailed = (
  answer: AnswerView,
  event: Extract<PlanEvent, { readonly type: "attempt-failed" }>,
): AnswerView => {
  const { error: cause, attempt } = event
  const duration = Duration.toMillis(event.duration)
  const spent = spendingOf(event)
  // It failed nobody: another was faster, and that one is already announced.
  if (cause._tag === "AIProviderError" && cause.reason === "Superseded") {
    const { answeredBy: by } = answer
    const outcome = { state: "superseded", duration, spent, ...(by === undefined ? {} : { by }) } as const
    return { ...answer, timeline: updateAttempt(answer.timeline, attempt, (row) => ({ ...row, outcome })) }
  }
  const error = errorView(cause)
  return {
    ...answer,
    timeline: updateAttempt(answer.timeline, attempt, (row) => ({
      ...row,
      outcome: { state: "failed", error, duration, begun: hasBegun(row), spent },
    })),
    announcement: error.sentence,
  }
}

type PlanFailed = Extract<PlanEvent, { readonly type: "plan-failed" }>

const isStop = ({ error }: PlanFailed): boolean =>
  error._tag === "AIProviderError" && error.reason === "Aborted"

const failed = (answer: AnswerView, event: PlanFailed): AnswerView => {
  const error = errorView(event.error)
  return {
    ...answer,
    // A step that would have been needed and was not reached is no step that was "not needed".
    timeline: closeAttempts(answer.timeline, (row) => ({
      state: "failed",
      error,
      duration: event.at - row.startedAt,
      begun: hasBegun(row),
      spent: {},
    })).filter(({ kind }) => kind !== "not-needed"),
    spent: spendingOfRun(event),
    status: { state: "failed", error, partial: event.partial, duration: event.at - answer.startedAt },
    announcement: event.partial ? `The answer is incomplete. ${error.sentence}` : error.sentence,
  }
}

const completed = (
  answer: AnswerView,
  event: Extract<PlanEvent, { readonly type: "plan-completed" }>,
): AnswerView => {
  // When every target gave an empty answer, none is without an error: the last one stands for it.
  const last = event.attempts.findLast(({ error }) => error === undefined) ?? event.attempts.at(-1)
  return {
    ...answer,
    timeline:
      last === undefined
        ? answer.timeline
        : updateAttempt(answer.timeline, last.attempt, (row) => ({
            ...row,
            outcome: {
              state: "answered",
              timeToFirstPart: Duration.toMillis(last.timeToFirstPart ?? last.duration),
              duration: Duration.toMillis(last.duration),
              spent: spendingOf(last),
            },
          })),
    answeredBy: event.target,
    spent: spendingOfRun(event),
    status: { state: "complete", finishReason: event.finishReason, duration: event.at - answer.startedAt },
    announcement: `${nameOf(event.target)} has answered`,
  }
}
