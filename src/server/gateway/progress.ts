/** How far a run has come: what the headers of its answer say. Pure. */
import { nameOf, type PlanEvent, type Target } from "@/services/ai/orchestration/PlanEvent"

export interface Progress {
  /** Requests to providers so far. */
  readonly attempts: number
  /** Who writes the answer now; undefined before it has begun. */
  readonly target: Target | undefined
  /** Whether an answer that broke off was continued. */
  readonly resumed: boolean
}

export const initial: Progress = { attempts: 0, target: undefined, resumed: false }

/** The same object for the events of the text. */
export const advance = (progress: Progress, event: PlanEvent): Progress => {
  switch (event.type) {
    case "attempt-started":
      return { ...progress, attempts: event.attempt }
    case "answer-started":
      return { ...progress, target: event.target }
    case "answer-resumed":
      return { ...progress, target: event.target, resumed: true }
    case "plan-completed":
      return { ...progress, target: event.target }
    default:
      return progress
  }
}

export const runHeadersOf = (
  runId: string,
  { attempts, target }: Progress,
): Readonly<Record<string, string>> => ({
  "x-commander-run-id": runId,
  "x-commander-attempts": String(attempts),
  ...(target === undefined ? {} : { "x-commander-model": headerText(nameOf(target)) }),
})

/** A header holds visible ASCII only, and a model may have any name. */
const headerText = (text: string): string => text.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent)
