/** Promise 3: every wait announced and within its limits, and nobody asked who asked to be left alone. */
import * as Duration from "effect/Duration"
import { defaults as planDefaults } from "@/services/ai/orchestration/AiPlan"
import type { Exchange } from "../faultTransport"
import type { ObservedRun } from "../observeRuns"
import { attemptsIn, endedWith, endingOf, eventsIn, limitsBeganAt, type SeenAttempt } from "./seenAttempts"

export const impatience = (run: ObservedRun): ReadonlyArray<string> => [
  ...unannouncedWaits(run),
  ...lateness(run),
  ...repetitions(run),
]

const when = (isWrong: boolean, what: string): ReadonlyArray<string> => (isWrong ? [what] : [])

/** At any time of a run a request is open, or a wait that was told goes on; or its process is dead. */
const unannouncedWaits = (run: ObservedRun): ReadonlyArray<string> => {
  const ending = endingOf(run)
  const [first] = run.events
  if (ending === undefined || first === undefined) return []
  const waits = eventsIn(run, "retry-scheduled").map(({ at, delay, sequence }) => {
    const resumedAt = run.resumptions.find(({ from }) => from > sequence)?.at ?? Infinity
    return [at, Math.min(at + Duration.toMillis(delay), resumedAt)] as const
  })
  const deaths = run.resumptions.map(({ loggedUntil, at }) => [loggedUntil, at] as const)
  const requests = attemptsIn(run).map(({ started, endedAt }) => [started.at, endedAt ?? ending.at] as const)
  let covered = first.at
  for (const [from, to] of [...waits, ...deaths, ...requests].toSorted(([one], [other]) => one - other)) {
    if (from > covered) return [`nothing happens from ${covered} to ${from}`]
    covered = Math.max(covered, to)
  }
  const cutShort = waits.find(([from, to]) => requests.some(([start]) => start > from && start < to))
  return [
    ...when(covered < ending.at, `nothing happens from ${covered} to ${ending.at}`),
    ...when(cutShort !== undefined, "a wait was cut short"),
  ]
}

/** Slack for the accounting after a finish reason. */
const grace = 2000

/** Reasoning models and Ollama may think, or be loaded, before they begin. */
const firstPartOf = (target: string): number =>
  /^ollama|gpt-5|claude-haiku-5/.test(target) ? 60_000 : 10_000

const lateness = (run: ObservedRun): ReadonlyArray<string> => {
  const { plan } = run
  const endOf = (sequence: number) =>
    limitsBeganAt(run, sequence) + Duration.toMillis(plan.maxDuration ?? Duration.infinity)
  const deadlineOf = (sequence: number) =>
    Math.min(limitsBeganAt(run, sequence) + Duration.toMillis(plan.deadline), endOf(sequence))
  const ending = endingOf(run)
  return [
    ...when(ending !== undefined && ending.at > endOf(ending.sequence), "outlasts its longest time"),
    ...eventsIn(run, "retry-scheduled").flatMap(({ at, delay, sequence }) =>
      when(at + Duration.toMillis(delay) > deadlineOf(sequence), "waits beyond the deadline"),
    ),
    ...attemptsIn(run).flatMap((attempt) => {
      const { started, begun, endedAt = run.leftAt ?? 0, exchange } = attempt
      const step = plan.steps[started.step]
      const deadline = deadlineOf(started.sequence)
      const stall = Duration.toMillis(step?.stall ?? planDefaults.stall)
      const firstPart = Duration.toMillis(step?.firstPart ?? firstPartOf(attempt.target))
      const spokeAt = exchange?.lastSentAt ?? started.at
      // Arguments of a tool call are progress, although they are shown only as a whole.
      const callsTool = exchange?.fault.does === "say" && exchange.fault.tool !== "none"
      const isAnswering = exchange?.lastSentAt !== undefined && (begun !== undefined || callsTool)
      const name = `attempt ${started.attempt}`
      return [
        ...when(started.at >= deadline, `${name} starts after the deadline`),
        ...when(!isAnswering && endedAt > deadline, `${name} has not begun by the deadline`),
        ...when(!isAnswering && endedAt > started.at + firstPart + grace, `${name} does not begin in time`),
        ...when(isAnswering && endedAt > spokeAt + stall + grace, `${name} outlasts a silence`),
        ...when(
          endedWith(attempt, "Stalled") && endedAt < spokeAt + stall,
          `${name} is called silent after ${endedAt - spokeAt}`,
        ),
        ...when(
          exchange !== undefined && !attempt.isInterrupted && (exchange.endedAt ?? Infinity) > endedAt,
          `${name}: its request stays open`,
        ),
      ]
    }),
  ]
}

/** What rules out a step in its run; what closes its target for all runs is asked of them together. */
const forGood = ["QuotaExhausted", "TargetUnsupported", "InvalidKey", "ContentRefused"]

/** Within one run. */
const repetitions = (run: ObservedRun): ReadonlyArray<string> => {
  const attempts = attemptsIn(run)
  const cutAt = attempts.find(({ begun, failed }) => begun !== undefined && failed !== undefined)?.failed
    ?.sequence
  const isRescue = ({ started }: SeenAttempt) => started.sequence > (cutAt ?? Infinity)
  const own = attempts.filter(
    (attempt) => !isRescue(attempt) && !attempt.isInterrupted && attempt.started.purpose !== "hedge",
  )
  const beyond = run.plan.steps.map(
    ({ attempts: allowed }, index) => own.filter(({ started }) => started.step === index).length - allowed,
  )
  return [
    ...when(
      beyond.reduce((sum, count) => sum + Math.max(0, count), 0) > 1,
      "a step was asked more often than it allows",
    ),
    ...attempts.flatMap((attempt, index) => {
      const isStop = endedWith(attempt, "InvalidRequest") && !isRescue(attempt) && attempts.length > index + 1
      const isAlone = !attempts.some(({ started }) => started.purpose === "hedge")
      const ofSameStep = attempts
        .slice(index + 1)
        .filter(({ started }) => started.step === attempt.started.step)
      const isRejectedPrefill = attempt.exchange?.continues?.isPrefill === true
      return [
        ...when(
          ofSameStep.length > 0 && !isRejectedPrefill && endedWith(attempt, ...forGood),
          `${attempt.target} was asked although it refused`,
        ),
        ...when(
          ofSameStep.some((other) => !isRescue(other) && isTooSoon(attempt, other)),
          `${attempt.target} was asked again before the time it asked for`,
        ),
        ...when(isStop && isAlone, "somebody was asked after a request that was wrong"),
        ...when(
          isRescue(attempt) &&
            !attempt.isInterrupted &&
            ofSameStep.filter(({ isInterrupted }) => !isInterrupted).length > (isRejectedPrefill ? 1 : 0),
          "a rescuer was asked twice",
        ),
        ...when(
          endedWith(attempt, "NoFirstPart") && ofSameStep.some((other) => !isRescue(other)),
          "a silent target was asked again",
        ),
      ]
    }),
  ]
}

/** Whatever it was refused for. */
const isTooSoon = ({ exchange, isInterrupted }: SeenAttempt, later: SeenAttempt): boolean => {
  if (isInterrupted) return false
  if (exchange?.fault.does !== "refuse" || !exchange.refused || exchange.endedAt === undefined) return false
  return later.started.at < exchange.endedAt + (exchange.fault.retryAfter ?? 0)
}

/** Requests of all runs of the process: whoever asked to be left alone is. */
export const disturbances = (exchanges: ReadonlyArray<Exchange>): ReadonlyArray<string> =>
  tooSoon(exchanges, ({ fault }) => {
    if (fault.does !== "refuse") return 0
    if (fault.status === 429 && fault.code === "insufficient_quota") return fiveMinutes
    if (fault.status === 429) return Math.min(fault.retryAfter ?? 0, fiveMinutes)
    return closing.has(fault.status) ? fiveMinutes : 0
  })

const fiveMinutes = 300_000
/** The key, the quota, the model or its region. */
const closing: ReadonlySet<number> = new Set([401, 402, 403, 404])

const tooSoon = (
  exchanges: ReadonlyArray<Exchange>,
  pauseAfter: (exchange: Exchange) => number,
): ReadonlyArray<string> =>
  exchanges.flatMap((exchange, index) => {
    const pause = pauseAfter(exchange)
    const { endedAt } = exchange
    if (!exchange.refused || pause === 0 || endedAt === undefined) return []
    // A target that was closed while a request was on its way is not closed again by the end of that request.
    const isLate = exchanges.some(
      (other) =>
        other.refused &&
        other.target === exchange.target &&
        pauseAfter(other) > 0 &&
        other !== exchange &&
        (other.endedAt ?? 0) >= exchange.at &&
        (other.endedAt ?? 0) <= endedAt,
    )
    if (isLate) return []
    const provider = exchange.target.split("/")[0] ?? ""
    const isOfKey = exchange.fault.does === "refuse" && exchange.fault.status === 401
    if (isOfKey && provider === "ollama") return []
    return exchanges.slice(index + 1).flatMap(({ target, at }) => {
      const isConcerned = isOfKey ? target.startsWith(`${provider}/`) : target === exchange.target
      // What was on its way already could not know.
      return when(
        isConcerned && at > endedAt && at < endedAt + pause,
        `${target} was asked ${at - endedAt} ms after it asked for ${pause}`,
      )
    })
  })
