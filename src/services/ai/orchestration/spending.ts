/** What an attempt or a run used, in words: never zero, and marked where it is not exact. Pure. */
import type { AttemptRecord, PlanEvent, Totals, Usage } from "./PlanEvent"

/** What was nothing, or is not known at all, is absent. */
export interface Spending {
  /** Of the answer: `120 tokens`, `≈ 1,200 tokens`. */
  readonly tokens?: string
  /** `$0.0021`, `≈ $0.0021`, `at least $0.0021`. */
  readonly cost?: string
}

export const spendingOf = ({ usage, cost }: Spent): Spending =>
  inWords({
    tokens: { value: usage.outputTokens ?? 0, certainty: certaintyOf(usage.source) },
    usd: { value: cost.usd ?? 0, certainty: certaintyOf(cost.source) },
  })

/** Of all attempts together. */
export const spendingOfRun = (run: {
  readonly attempts: ReadonlyArray<AttemptRecord>
  readonly totals: Totals
}): Spending => {
  const used = run.attempts.filter(isUsed)
  const tokens = used.map(({ usage }) => ({ source: usage.source, value: usage.outputTokens }))
  const costs = used.map(({ cost }) => ({ source: cost.source, value: cost.usd }))
  return inWords({
    tokens: { value: run.totals.outputTokens, certainty: leastCertain(tokens) },
    usd: { value: run.totals.usd, certainty: leastCertain(costs) },
  })
}

type Spent = Pick<Extract<PlanEvent, { readonly type: "attempt-failed" }>, "usage" | "cost">
type Source = Usage["source"]
/** `at-least`: a part of it is unknown. */
type Certainty = "reported" | "estimated" | "at-least"

interface Figure {
  readonly value: number
  readonly certainty: Certainty
}

const certaintyOf = (source: Source): Certainty => (source === "reported" ? "reported" : "estimated")

/** A request that was refused used nothing, whatever its price. */
const isUsed = ({ usage }: AttemptRecord): boolean => usage.inputTokens !== 0 || usage.outputTokens !== 0

/** Of a sum. An estimate of nothing, such as the price of a local model, makes it no less certain. */
const leastCertain = (
  parts: ReadonlyArray<{ readonly source: Source; readonly value: number | undefined }>,
): Certainty => {
  if (parts.some(({ value }) => value === undefined)) return "at-least"
  return parts.some(({ source, value }) => source !== "reported" && value !== 0) ? "estimated" : "reported"
}

const inWords = (figures: { readonly tokens: Figure; readonly usd: Figure }): Spending => {
  const { tokens, usd } = figures
  return {
    ...(tokens.value === 0 ? {} : { tokens: `${marks[tokens.certainty]}${countOf(tokens.value)}` }),
    ...(usd.value === 0 ? {} : { cost: costOf(usd) }),
  }
}

const marks: Readonly<Record<Certainty, string>> = {
  reported: "",
  estimated: "≈ ",
  "at-least": "at least ",
}

const countOf = (tokens: number): string => `${tokens.toLocaleString("en")} token${tokens === 1 ? "" : "s"}`

const smallest = 0.0001

const costOf = ({ value, certainty }: Figure): string =>
  value < smallest / 2 ? `less than $${smallest}` : `${marks[certainty]}${dollarsOf(value)}`

const dollarsOf = (usd: number): string =>
  usd.toLocaleString("en", { style: "currency", currency: "USD", ...decimalsOf(usd) })

/** As many as it takes to compare: the smaller, the more. */
const decimalsOf = (usd: number) => {
  if (usd < 0.01) return { minimumFractionDigits: 0, maximumFractionDigits: 4 }
  return { minimumFractionDigits: 2, maximumFractionDigits: usd < 1 ? 3 : 2 }
}
