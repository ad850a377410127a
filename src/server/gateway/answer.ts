/** What whole and streamed answers have in common. Pure. */
import { nameOf } from "@/services/ai/orchestration/PlanEvent"
import type { Progress } from "./progress"
import { usageSourceOf, type Completed } from "./usage"

export interface Answer {
  readonly runId: string
  /** Seconds since the epoch. */
  readonly created: number
}

export const idOf = ({ runId }: Answer): string => `chatcmpl-${runId}`

/** What the dialect has no field for; the headers of a stream go out before it is known. */
export const factsOf = (completed: Completed, { resumed }: Progress) => ({
  model: nameOf(completed.target),
  attempts: completed.attempts.length,
  resumed,
  usage: usageSourceOf(completed),
})

/** The last four complete no run. Should one ever, the answer is called cut rather than whole. */
export const finishReasons: Readonly<Record<Completed["finishReason"], string>> = {
  stop: "stop",
  length: "length",
  "tool-calls": "tool_calls",
  "content-filter": "content_filter",
  error: "length",
  pause: "length",
  other: "length",
  unknown: "length",
}
