/** The results of a crash test as a table for people and as data for programs. Pure. */
import * as Duration from "effect/Duration"
import { nameOf } from "@/services/ai/orchestration"
import { isPassed, type CaseResult } from "./playCase"
import type { Rehearsal } from "./rehearsal"

export const asTable = (results: ReadonlyArray<CaseResult>): string => {
  const rows = results.map((result) => [
    result.name,
    isPassed(result) ? "passed" : "FAILED",
    String(result.attempts.length),
    secondsOf(result.duration),
    result.seen,
  ])
  const all = [["case", "verdict", "attempts", "time", "what the user would have seen"], ...rows]
  const widths = alignments.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const line = (row: ReadonlyArray<string>): string =>
    row.map((cell, column) => alignments[column]?.(cell, widths[column] ?? 0) ?? cell).join("  ")
  return [
    ...all.flatMap((row, index) => [line(row), ...(results[index - 1]?.failures ?? []).map(failureLine)]),
    "",
    summaryOfAll(results),
  ].join("\n")
}

const left = (cell: string, width: number): string => cell.padEnd(width)
const right = (cell: string, width: number): string => cell.padStart(width)
/** The last column is as long as it is. */
const alignments = [left, left, right, right, (cell: string): string => cell]

const failureLine = (failure: string): string => `  ✖ ${failure}`

/** The last line. */
const summaryOfAll = (results: ReadonlyArray<CaseResult>): string =>
  `${results.filter(isPassed).length} of ${results.length} passed`

export const secondsOf = (duration: Duration.Duration): string =>
  `${Duration.toSeconds(duration).toFixed(1)} s`

export const asJson = (rehearsal: Rehearsal, results: ReadonlyArray<CaseResult>): string =>
  JSON.stringify(
    {
      plan: { name: rehearsal.plan.name, targets: rehearsal.targets.map(({ target }) => nameOf(target)) },
      passed: results.filter(isPassed).length,
      total: results.length,
      cases: results.map((result) => ({
        name: result.name,
        what: result.what,
        verdict: isPassed(result) ? "passed" : "failed",
        failures: result.failures,
        attempts: result.attempts,
        milliseconds: Duration.toMillis(result.duration),
        seen: result.seen,
      })),
    },
    undefined,
    2,
  )
