/** What an attempt cost and what a run cost, from tokens and prices. A figure says whether it was reported or estimated. Pure. */
import type { ModelFacts } from "../core/ModelFacts"
import { estimateTokens } from "../core/tokens"
import type { AttemptRecord, Cost, Totals, Usage } from "./PlanEvent"

/** Unknown when the price is, or one of the counts that it needs. What is free costs nothing, however much it was. */
export const costOf = (usage: Usage, { price }: Pick<ModelFacts, "price">): Cost => {
  if (price === undefined) return { source: "unknown" }
  if (isFree(price)) return { source: usage.source === "reported" ? "reported" : "estimated", usd: 0 }
  const { source, inputTokens, outputTokens, cachedInputTokens = 0 } = usage
  if (source === "unknown" || inputTokens === undefined || outputTokens === undefined)
    return { source: "unknown" }
  const rates = price.long !== undefined && inputTokens > price.long.above ? price.long : price
  const cached = Math.min(cachedInputTokens, inputTokens)
  const millionths =
    (inputTokens - cached) * rates.input +
    cached * (rates.cachedInput ?? rates.input) +
    outputTokens * rates.output
  return { source, usd: millionths / 1_000_000 }
}

const isFree = ({ input, output, long }: NonNullable<ModelFacts["price"]>): boolean =>
  input === 0 && output === 0 && (long === undefined || (long.input === 0 && long.output === 0))

/**
 * The usage of an attempt that did not end: what the provider had reported by then, and estimates for the rest.
 * An estimate anywhere makes the whole an estimate.
 */
export const estimatedUsage = (options: {
  readonly promptTokens: number
  /** All that was received of the answer, reasoning and arguments of tool calls too. */
  readonly emittedText: string
  readonly reported?: Usage
}): Usage => {
  const { promptTokens, emittedText, reported } = options
  return {
    source: "estimated",
    inputTokens: reported?.inputTokens ?? promptTokens,
    // A count that came with the first part is of that part only.
    outputTokens: Math.max(reported?.outputTokens ?? 0, estimateTokens(emittedText)),
    ...(reported?.cachedInputTokens === undefined ? {} : { cachedInputTokens: reported.cachedInputTokens }),
  }
}

/** Of a run. What is not known of an attempt counts as nothing, and makes the totals lower bounds. */
export const totalsOf = (attempts: ReadonlyArray<Pick<AttemptRecord, "usage" | "cost">>): Totals =>
  attempts.reduce<Totals>(
    (totals, { usage, cost }) => ({
      inputTokens: totals.inputTokens + (usage.inputTokens ?? 0),
      outputTokens: totals.outputTokens + (usage.outputTokens ?? 0),
      usd: totals.usd + (cost.usd ?? 0),
      isComplete: totals.isComplete && usage.source !== "unknown" && cost.usd !== undefined,
    }),
    { inputTokens: 0, outputTokens: 0, usd: 0, isComplete: true },
  )
