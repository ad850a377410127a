/** What must hold of every run, whatever goes wrong: the three promises of the contract, as far as a run can show them. Pure. */
import * as Duration from "effect/Duration"
import { isTerminal, type AttemptRecord, type PlanEvent } from "@/services/ai/orchestration"
import type { LoggedRequest } from "@/simulator/RequestLog"
import { rehearsalKey } from "./rehearsalConfiguration"

export interface Played {
  readonly events: ReadonlyArray<PlanEvent>
  /** What the upstream saw of the run, after it ended. */
  readonly requests: ReadonlyArray<LoggedRequest>
  /** The answer that a target which is well gives. */
  readonly answer: string
}

/** Sentences, where something does not hold. */
export const brokenPromises = (played: Played): ReadonlyArray<string> =>
  rules.flatMap(({ holds, failure }) => (holds(played) ? [] : [failure]))

interface Rule {
  readonly holds: (played: Played) => boolean
  readonly failure: string
}

const rules: ReadonlyArray<Rule> = [
  {
    failure: "an answer that is not complete was told as complete",
    holds: ({ events, answer }) =>
      events.at(-1)?.type !== "plan-completed" || hasToolCall(events) || textIn(events) === answer,
  },
  {
    failure: "the text that was shown is not the answer's: a part of it is lost, or there twice",
    holds: ({ events, answer }) => answer.startsWith(textIn(events)),
  },
  {
    failure: "text was taken back from a reader who cannot give it back",
    holds: ({ events }) => planIn(events)?.onPartial === "restart" || !has(events, "answer-discarded"),
  },
  {
    failure: "the run's events have a gap, or no end, or more than one",
    holds: ({ events }) =>
      events.every(({ sequence }, index) => sequence === index) &&
      events.findIndex(isTerminal) === events.length - 1,
  },
  {
    failure: "a silent provider was waited for much longer than its step allows",
    holds: ({ events }) => events.every((event, index) => isInTime(event, events.slice(0, index))),
  },
  {
    failure: "the run made more requests than its plan allows",
    holds: ({ events, requests }) => requests.length <= (planIn(events)?.maxAttempts ?? 0),
  },
  {
    failure: "the run's record of its attempts is not what the providers saw",
    holds: ({ events, requests }) => {
      const attempts = attemptsIn(events)
      return requests.length >= attempts.filter(reachesProvider).length && requests.length <= attempts.length
    },
  },
  {
    failure: "a provider's connection was left open",
    holds: ({ requests }) => !requests.some(isOpen),
  },
  {
    failure: "the tokens of the attempts do not add up to the run's",
    holds: ({ events }) => addsUp(events),
  },
  {
    failure: "a key was told",
    holds: ({ events }) => !JSON.stringify(events).includes(rehearsalKey),
  },
]

/** As a reader has it in the end. */
export const textIn = (events: ReadonlyArray<PlanEvent>): string =>
  events.reduce((text, event) => {
    if (event.type === "text-delta") return text + event.text
    return event.type === "answer-discarded" ? "" : text
  }, "")

export const attemptsIn = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<AttemptRecord> =>
  events.flatMap((event) =>
    event.type === "plan-completed" || event.type === "plan-failed" ? event.attempts : [],
  )

/** One that was dropped, or could not connect, may have ended before the provider knew of it. */
const reachesProvider = ({ error }: AttemptRecord): boolean =>
  error?._tag !== "AIProviderError" || (error.reason !== "Superseded" && error.reason !== "ConnectionFailed")

export const isOpen = ({ ended }: LoggedRequest): boolean => ended === "answering" || ended === "stalling"

const has = (events: ReadonlyArray<PlanEvent>, type: PlanEvent["type"]): boolean =>
  events.some((event) => event.type === type)

export const hasToolCall = (events: ReadonlyArray<PlanEvent>): boolean => has(events, "tool-call")

/** Half as long again and a second are for a machine that has other things to do. */
const generous = (limit: Duration.Duration): number => Duration.toMillis(limit) * 1.5 + 1000

const isInTime = (event: PlanEvent, before: ReadonlyArray<PlanEvent>): boolean => {
  if (event.type !== "attempt-failed" || event.error._tag !== "AIProviderError") return true
  const step = planIn(before)?.steps[event.step]
  if (step === undefined) return true
  if (event.error.reason === "NoFirstPart")
    return step.firstPart === undefined || Duration.toMillis(event.duration) <= generous(step.firstPart)
  const last = before.findLast(({ type }) => type === "text-delta" || type === "reasoning-delta")
  return event.error.reason !== "Stalled" || last === undefined || event.at - last.at <= generous(step.stall)
}

const planIn = ([first]: ReadonlyArray<PlanEvent>) =>
  first?.type === "plan-started" ? first.plan : undefined

const addsUp = (events: ReadonlyArray<PlanEvent>): boolean => {
  const last = events.at(-1)
  if (last?.type !== "plan-completed" && last?.type !== "plan-failed") return false
  const output = last.attempts.reduce((sum, { usage }) => sum + (usage.outputTokens ?? 0), 0)
  const input = last.attempts.reduce((sum, { usage }) => sum + (usage.inputTokens ?? 0), 0)
  const usd = last.attempts.reduce((sum, { cost }) => sum + (cost.usd ?? 0), 0)
  const { totals } = last
  return totals.outputTokens === output && totals.inputTokens === input && Math.abs(totals.usd - usd) < 1e-9
}
