/** What was used, summed up and in words. Pure. */
import type { UsageRow } from "@/hooks/conversations/library"

export const ranges = [
  { days: 7, words: "Last 7 days" },
  { days: 30, words: "Last 30 days" },
  { days: undefined, words: "All time" },
] as const

export type Range = (typeof ranges)[number]

const dayMillis = 86_400_000

/** When the first of the days began, in milliseconds since the epoch; the last is today. Days are of UTC, as they are counted. */
export const sinceOf = ({ days }: Range, now: number): number | undefined =>
  days === undefined ? undefined : Math.floor(now / dayMillis) * dayMillis - (days - 1) * dayMillis

export type Totals = Omit<UsageRow, "key" | "label">

export const totalsOf = (rows: ReadonlyArray<UsageRow>): Totals =>
  rows.reduce<Totals>(
    (sum, row) => ({
      attempts: sum.attempts + row.attempts,
      inputTokens: sum.inputTokens + row.inputTokens,
      outputTokens: sum.outputTokens + row.outputTokens,
      usd: sum.usd + row.usd,
      isComplete: sum.isComplete && row.isComplete,
    }),
    { attempts: 0, inputTokens: 0, outputTokens: 0, usd: 0, isComplete: true },
  )

const smallest = 0.0001

/** With as many decimals as it takes to compare: the smaller, the more. */
export const costOf = ({ usd, isComplete }: Pick<UsageRow, "usd" | "isComplete">): string => {
  if (usd === 0) return isComplete ? "$0" : "unknown"
  if (usd < smallest / 2) return `less than $${smallest}`
  const decimals = usd < 0.01 ? 4 : usd < 1 ? 3 : 2
  const dollars = usd.toLocaleString("en", {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: 2,
    maximumFractionDigits: decimals,
  })
  return isComplete ? dollars : `at least ${dollars}`
}

const day = new Intl.DateTimeFormat("en", {
  weekday: "short",
  month: "short",
  day: "numeric",
  year: "numeric",
  timeZone: "UTC",
})

/** `2026-11-24` as people write it; what is no day stays as it is. */
export const dayOf = (label: string): string => {
  const date = Date.parse(`${label}T00:00:00Z`)
  return Number.isNaN(date) ? label : day.format(date)
}
