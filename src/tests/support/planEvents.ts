/** Plan events by hand, with numbers and times as a run gives them. */
import * as Duration from "effect/Duration"
import { AIConfigurationError, AIProviderError } from "@/services/ai/core"
import { totalsOf } from "@/services/ai/orchestration/accounting"
import { AiPlan, AiPlanStep } from "@/services/ai/orchestration/AiPlan"
import type {
  AttemptRecord,
  Cost,
  PlanEvent,
  PlanEventBody,
  RescueMode,
  Target,
  Usage,
} from "@/services/ai/orchestration/PlanEvent"

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
  runId: "run-1",
  plan: AiPlan.make({
    name: "default",
    steps: [AiPlanStep.make(first), ...rest.map((step) => AiPlanStep.make(step))],
  }),
})

export const attemptStarted = (
  attempt: number,
  target: Target,
  step = 0,
  purpose?: "hedge" | "rescue",
): PlanEventBody => ({
  type: "attempt-started",
  attempt,
  step,
  target,
  ...(purpose === undefined ? {} : { purpose }),
})

export const answerStarted = (attempt: number, target: Target): PlanEventBody => ({
  type: "answer-started",
  attempt,
  target,
  timeToFirstPart: Duration.millis(7),
})

export const answerResumed = (
  attempt: number,
  target: Target,
  mode: RescueMode = "instruction",
): PlanEventBody => ({
  type: "answer-resumed",
  attempt,
  target,
  mode,
  timeToFirstPart: Duration.millis(7),
})

export const answerDiscarded = (attempt: number, target: Target): PlanEventBody => ({
  type: "answer-discarded",
  attempt,
  target,
})

export const text = (words: string): PlanEventBody => ({ type: "text-delta", text: words })

export const overloaded = AIProviderError.of({
  ...openai,
  reason: "Overloaded",
  status: 529,
  message: "openai answered 529: Overloaded",
})

export const cut = AIProviderError.of({
  ...openai,
  reason: "Cut",
  message: "openai: the connection broke",
})

export const superseded = AIProviderError.of({
  ...openai,
  reason: "Superseded",
  message: "openai/gpt-5.4 was not needed: another target began first",
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

/** Nothing was written, and nothing is charged for. */
export const nothingUsed: Usage = { source: "estimated", inputTokens: 0, outputTokens: 0 }
export const reported = (outputTokens: number): Usage => ({
  source: "reported",
  inputTokens: 3,
  outputTokens,
})
export const estimated = (outputTokens: number): Usage => ({
  source: "estimated",
  inputTokens: 3,
  outputTokens,
})
export const costs = (usd: number, source: Cost["source"] = "reported"): Cost => ({ source, usd })

interface FailedAttempt {
  readonly step?: number
  readonly error?: AIProviderError | AIConfigurationError
  readonly emitted?: number
  readonly usage?: Usage
  readonly cost?: Cost
}

export const attemptFailed = (
  attempt: number,
  target: Target,
  {
    step = 0,
    error = overloaded,
    emitted = 0,
    usage = nothingUsed,
    cost = costs(0, "estimated"),
  }: FailedAttempt = {},
): PlanEventBody => ({
  type: "attempt-failed",
  attempt,
  step,
  target,
  error,
  duration: Duration.millis(30),
  emitted,
  usage,
  cost,
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
  usage: reported(5),
  cost: costs(0.002),
  ...more,
})

export const completed = (target: Target, ...attempts: ReadonlyArray<AttemptRecord>): PlanEventBody => ({
  type: "plan-completed",
  target,
  finishReason: "stop",
  usage: attempts.at(-1)?.usage ?? reported(5),
  cost: attempts.at(-1)?.cost ?? costs(0.002),
  attempts,
  totals: totalsOf(attempts),
})

export const failed = (
  error: AIProviderError | AIConfigurationError,
  partial = false,
  attempts: ReadonlyArray<AttemptRecord> = [],
): PlanEventBody => ({ type: "plan-failed", error, attempts, totals: totalsOf(attempts), partial })
