/** Whether a run ended as its case says that it must. Pure. */
import type { PlanEvent } from "@/services/ai/orchestration"
import type { Ending, OneRun } from "./CrashCase"
import { brokenPromises, hasToolCall, type Played } from "./promises"
import { has, type Shape } from "./roles"

export interface PlayedOnce extends Played {
  readonly toPreferred: number
}

export const failuresOf = (row: OneRun, shape: Shape, played: PlayedOnce): ReadonlyArray<string> => [
  ...brokenPromises(played),
  ...failedEnding(row, shape, played.events),
  ...(played.toPreferred > row.preferredAtMost
    ? [`the preferred target was asked ${played.toPreferred} times, at most ${row.preferredAtMost} are due`]
    : []),
  ...failedUsage(row, played.events),
]

/** Without what it needs, a plan does well enough with less; more is no failure. */
const endingsFor = (row: OneRun, shape: Shape): ReadonlyArray<Ending> =>
  row.needs.every((need) => has(shape, need)) ? row.expects : [...row.otherwise, ...row.expects]

const failedEnding = (row: OneRun, shape: Shape, events: ReadonlyArray<PlanEvent>): ReadonlyArray<string> => {
  const wanted = endingsFor(row, shape)
  return wanted.some((ending) => isSo(ending, events))
    ? []
    : [`it must end with ${wanted.map(inWords).join(", or ")}`]
}

const isSo = (ending: Ending, events: ReadonlyArray<PlanEvent>): boolean => {
  const last = events.at(-1)
  if (last?.type === "plan-completed")
    return hasToolCall(events)
      ? ending === "tool-call" && events.filter(({ type }) => type === "tool-call").length === 1
      : ending === "whole"
  if (last?.type !== "plan-failed") return false
  if (last.partial) return ending === "incomplete"
  if (ending === "rate-limited")
    return reasonOf(last.error) === "RateLimited" && last.retryAfter !== undefined
  return (
    typeof ending === "object" &&
    ending.refused.some((reason) => reason === reasonOf(last.error)) &&
    last.error.message !== ""
  )
}

export const reasonOf = (error: Extract<PlanEvent, { type: "plan-failed" }>["error"]) =>
  error._tag === "AIProviderError" ? error.reason : "Configuration"

const inWords = (ending: Ending): string =>
  typeof ending === "object" ? `an error (${ending.refused.join(" or ")})` : words[ending]

const words: Readonly<Record<Extract<Ending, string>, string>> = {
  whole: "the whole answer",
  "tool-call": "one whole tool call",
  incomplete: "a part of the answer, marked as incomplete",
  "rate-limited": "an error that says when to come again",
}

const failedUsage = ({ usage }: OneRun, events: ReadonlyArray<PlanEvent>): ReadonlyArray<string> => {
  const last = events.at(-1)
  return usage === undefined || last?.type !== "plan-completed" || last.usage.source === usage
    ? []
    : [`the answer's tokens must be ${usage}, and are ${last.usage.source}`]
}
