/** Plan events by hand, with numbers and times as a run gives them. */
import * as Duration from "effect/Duration"
import { AIConfigurationError, AIProviderError } from "@/services/ai/core"
import { AiPlan, AiPlanStep } from "@/services/ai/orchestration/AiPlan"
import type { AttemptRecord, PlanEvent, PlanEventBody, Target } from "@/services/ai/orchestration/PlanEvent"

export const openai: Target = { provider: "openai", model: "gpt-5.4" }
export const anthropic: Target = { provider: "anthropic", model: "claude-haiku-5-5" }
export const ollama: Target = { provider: "ollama", model: "gemma3:1b" }

export const startedAt = 1_000_000

/** The events of a list of bodies, one every ten milliseconds. */
export const eventsOf = (bodies: ReadonlyArray<PlanEventBody>): ReadonlyArray<PlanEvent> =>
  bodies.map((body, sequence): PlanEvent => ({ ...body, sequence, at: startedAt + sequence * 10 }))

export const planStarted = (
  first: Partial<Target> & { provider: string } = openai,
  ...rest: ReadonlyArray<Target>
): PlanEventBody => ({
  type: "plan-started",
  plan: AiPlan.make({
    name: "default",
    steps: [AiPlanStep.make(first), ...rest.map((step) => AiPlanStep.make(step))],
  }),
})

export const attemptStarted = (attempt: number, target: Target, step = 0): PlanEventBody => ({
  type: "attempt-started",
  attempt,
  step,
  target,
})

export const answerStarted = (attempt: number, target: Target): PlanEventBody => ({
  type: "answer-started",
  attempt,
  target,
  timeToFirstPart: Duration.millis(7),
})

export const text = (words: string): PlanEventBody => ({ type: "text-delta", text: words })

export const overloaded = AIProviderError.of({
  ...openai,
  reason: "Overloaded",
  status: 529,
  message: "openai answered 529: Overloaded",
})

export const refusedKey = AIProviderError.of({
  ...openai,
  reason: "InvalidKey",
  status: 401,
  message: "openai answered 401: Incorrect API key provided",
  context: { keyName: "OPENAI_API_KEY" },
})

export const missingKey = new AIConfigurationError({
  message: "openai has no key: set OPENAI_API_KEY",
  keyName: "OPENAI_API_KEY",
  provider: "openai",
})

interface FailedAttempt {
  readonly step?: number
  readonly error?: AIProviderError | AIConfigurationError
  readonly emitted?: number
}

export const attemptFailed = (
  attempt: number,
  target: Target,
  { step = 0, error = overloaded, emitted = 0 }: FailedAttempt = {},
): PlanEventBody => ({
  type: "attempt-failed",
  attempt,
  step,
  target,
  error,
  duration: Duration.millis(30),
  emitted,
})

export const retryScheduled = (target: Target, millis: number, askedByProvider = false): PlanEventBody => ({
  type: "retry-scheduled",
  step: 0,
  target,
  delay: Duration.millis(millis),
  askedByProvider,
  cause: overloaded.message,
})

export const switched = (from: Target, to: Target): PlanEventBody => ({
  type: "target-switched",
  from,
  to,
  cause: overloaded.message,
})

export const record = (
  attempt: number,
  target: Target,
  more: Partial<AttemptRecord> = {},
): AttemptRecord => ({
  attempt,
  step: 0,
  target,
  duration: Duration.millis(40),
  timeToFirstPart: Duration.millis(7),
  emitted: 5,
  usage: { source: "reported", outputTokens: 5 },
  ...more,
})

export const completed = (target: Target, ...attempts: ReadonlyArray<AttemptRecord>): PlanEventBody => ({
  type: "plan-completed",
  target,
  finishReason: "stop",
  usage: { source: "reported", inputTokens: 3, outputTokens: 5 },
  attempts,
})

export const failed = (
  error: AIProviderError | AIConfigurationError,
  partial = false,
  attempts: ReadonlyArray<AttemptRecord> = [],
): PlanEventBody => ({ type: "plan-failed", error, attempts, partial })
