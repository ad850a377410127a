/** Chats as people have them, made up: a year's questions and answers, and the record of the run behind every answer. */
import "./sources.ts"
import * as Duration from "effect/Duration"
import type { PlanEventBody, PlanEvent, AttemptRecord } from "../src/services/ai/orchestration/PlanEvent.ts"
import type { WholeConversation } from "../src/services/conversations/ConversationStore.ts"
import { chineseOf, randomFrom, textOf } from "./libraryWords.ts"

const { AIProviderError } = await import("../src/services/ai/core/index.ts")
const { AiPlan } = await import("../src/services/ai/orchestration/AiPlan.ts")
const { totalsOf } = await import("../src/services/ai/orchestration/accounting.ts")
const { titleOf } = await import("../src/services/conversations/titleOf.ts")

const minute = 60_000
const end = Date.UTC(2026, 10, 24)
/** Between the first questions of two chats. */
const apart = 50 * minute

const models = [
  { provider: "openai", model: "gpt-4.1" },
  { provider: "anthropic", model: "claude-haiku-5-5" },
  { provider: "google", model: "gemini-3-flash" },
] as const
const plans = models.map(({ provider, model }) =>
  AiPlan.fromPreferred({ key: provider, modelName: model }, new Set()),
)

export interface Wanted {
  /** Its place among all, the oldest first. */
  readonly index: number
  readonly of: number
  readonly messages: number
}

export const idOf = (index: number): string => `chat-${index}`

/** Every 25th is in Chinese. */
export const chatOf = ({ index, of, messages: count }: Wanted): WholeConversation => {
  const random = randomFrom(index)
  const write = index % 25 === 0 ? chineseOf : textOf
  const conversationId = idOf(index)
  const startedAt = end - (of - index) * apart
  const turns = Array.from({ length: count / 2 }, (_, turn) => {
    const at = startedAt + turn * minute
    const name = `${conversationId}-${turn}`
    const question = write(lengthOf(20, random), random)
    const answer = write(lengthOf(100, random), random)
    const messages = [
      {
        id: `${name}-q`,
        conversationId,
        ...(turn === 0 ? {} : { parentId: `${conversationId}-${turn - 1}-a` }),
        role: "user" as const,
        text: question,
        createdAt: at,
      },
      {
        id: `${name}-a`,
        conversationId,
        parentId: `${name}-q`,
        role: "assistant" as const,
        text: answer,
        createdAt: at,
      },
    ]
    return { messages, run: runOf({ name, conversationId, answer, at, random }) }
  })
  const messages = turns.flatMap((turn) => turn.messages)
  return {
    conversation: {
      id: conversationId,
      title: titleOf(messages[0]?.text ?? ""),
      pinned: false,
      createdAt: startedAt,
      updatedAt: startedAt + count * minute,
      leafId: `${conversationId}-${count / 2 - 1}-a`,
      draft: "",
    },
    messages,
    runs: turns.map(({ run }) => run),
  }
}

/** Most are shorter than the mean, a few are many times as long: log-normal. */
const lengthOf = (median: number, random: () => number): number => {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.max(3, Math.round(median * Math.exp(0.9 * normal)))
}

interface Answer {
  readonly name: string
  readonly conversationId: string
  readonly answer: string
  readonly at: number
  readonly random: () => number
}

/** Compacted. Of one in ten the first provider was overloaded. */
const runOf = ({ name, conversationId, answer, at, random }: Answer): WholeConversation["runs"][number] => {
  const which = Math.floor(random() * models.length)
  const first = models[which] ?? models[0]
  const other = models[(which + 1) % models.length] ?? models[0]
  const isRescued = random() < 0.1
  const target = isRescued ? other : first
  const attempt = isRescued ? 2 : 1
  const record: AttemptRecord = {
    attempt,
    step: attempt - 1,
    target,
    duration: Duration.millis(Math.floor(random() * 20_000)),
    timeToFirstPart: Duration.millis(Math.floor(random() * 2000)),
    emitted: answer.length,
    usage: { source: "reported", inputTokens: Math.floor(random() * 8000), outputTokens: answer.length >> 2 },
    cost: { source: "reported", usd: random() / 50 },
  }
  const failed: AttemptRecord = {
    attempt: 1,
    step: 0,
    target: first,
    error: AIProviderError.of({
      ...first,
      reason: "Overloaded",
      status: 529,
      message: `${first.provider} answered 529: Overloaded`,
    }),
    duration: Duration.millis(300),
    emitted: 0,
    usage: { source: "estimated", inputTokens: 0, outputTokens: 0 },
    cost: { source: "estimated", usd: 0 },
  }
  const attempts = isRescued ? [failed, record] : [record]
  const bodies: ReadonlyArray<PlanEventBody> = [
    {
      type: "plan-started",
      runId: `${name}-r`,
      plan: plans[which] ?? AiPlan.fromPreferred({ key: "openai" }, new Set()),
    },
    { type: "attempt-started", attempt: 1, step: 0, target: first },
    ...(isRescued ? rescueOf(failed, other) : []),
    { type: "answer-started", attempt, target, timeToFirstPart: Duration.millis(400) },
    { type: "text-delta", text: answer },
    {
      type: "plan-completed",
      target,
      finishReason: "stop",
      usage: record.usage,
      cost: record.cost,
      attempts,
      totals: totalsOf(attempts),
    },
  ]
  return {
    id: `${name}-r`,
    conversationId,
    messageId: `${name}-a`,
    status: "completed",
    parameters: { preferredProvider: { key: first.provider, modelName: first.model } },
    startedAt: at,
    endedAt: at + minute / 2,
    starts: 1,
    events: bodies.map((body, sequence): PlanEvent => ({ ...body, sequence, at: at + sequence * 100 })),
  }
}

const rescueOf = (failed: AttemptRecord, other: (typeof models)[number]): ReadonlyArray<PlanEventBody> => {
  const { target, error, attempt, step, duration, emitted, usage, cost } = failed
  if (error === undefined) return []
  return [
    { type: "attempt-failed", attempt, step, target, error, duration, emitted, usage, cost },
    { type: "target-switched", from: target, to: other, cause: error.message },
    { type: "attempt-started", attempt: 2, step: 1, target: other },
  ]
}
