/** What came of a case. */
import { nameOf, type AttemptRecord } from "@/services/ai/orchestration"
import { reasonOf } from "./judge"

export interface Finding {
  /** What should have held and did not, a sentence each; none: the case is passed. */
  readonly failures: ReadonlyArray<string>
  /** Of all its runs. */
  readonly attempts: ReadonlyArray<AttemptSummary>
  /** What the user would have seen, in a few words. */
  readonly seen: string
}

export interface AttemptSummary {
  /** `openai/gpt-5.4` */
  readonly target: string
  /** `answered`, or why it failed. */
  readonly outcome: string
  /** How it was asked to continue, where it was. */
  readonly rescue?: string
}

export const summaryOf = ({ target, error, rescue }: AttemptRecord): AttemptSummary => ({
  target: nameOf(target),
  outcome: error === undefined ? "answered" : reasonOf(error),
  ...(rescue === undefined ? {} : { rescue }),
})
