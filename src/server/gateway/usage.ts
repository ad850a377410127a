/** The tokens of an answer, as this dialect counts them. Pure. */
import type { PlanEvent, Usage } from "@/services/ai/orchestration/PlanEvent"

export type Completed = Extract<PlanEvent, { readonly type: "plan-completed" }>

export interface DialectUsage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly total_tokens: number
  readonly prompt_tokens_details?: { readonly cached_tokens: number }
}

/**
 * Of all requests that wrote a part of the answer: after a rescue that is more than the last one. Undefined when a
 * count is not known, since a part would pass for the whole.
 */
export const usageOf = (completed: Completed): DialectUsage | undefined => {
  const usages = writersOf(completed)
  const input = sum(usages.map(({ inputTokens }) => inputTokens))
  const output = sum(usages.map(({ outputTokens }) => outputTokens))
  if (input === undefined || output === undefined) return undefined
  const cached = usages.flatMap(({ cachedInputTokens }) => cachedInputTokens ?? [])
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(cached.length === 0 ? {} : { prompt_tokens_details: { cached_tokens: sum(cached) ?? 0 } }),
  }
}

/** Whether the counts are the providers' own. */
export const usageSourceOf = (completed: Completed): Usage["source"] => {
  if (usageOf(completed) === undefined) return "unknown"
  return writersOf(completed).every(({ source }) => source === "reported") ? "reported" : "estimated"
}

/** An empty answer was written by nobody: then the counts are those of the request that it came from. */
const writersOf = ({ attempts, usage }: Completed): ReadonlyArray<Usage> => {
  const writers = attempts.filter(({ error, emitted }) => error === undefined || emitted > 0)
  return writers.length === 0 ? [usage] : writers.map((attempt) => attempt.usage)
}

const sum = (counts: ReadonlyArray<number | undefined>): number | undefined =>
  counts.reduce<number | undefined>(
    (total, count) => (total === undefined || count === undefined ? undefined : total + count),
    0,
  )
