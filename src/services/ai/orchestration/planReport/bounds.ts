/** The most that one run of a plan can take: requests, time and money. Pure; upper bounds that follow from the rules of the executor. */
import * as Duration from "effect/Duration"
import { costOf } from "../accounting"
import { defaults, type AiPlan } from "../AiPlan"
import { nameOf, type Usage } from "../PlanEvent"
import { backoffDelay, roomFor } from "../timing"
import type { SurveyedStep } from "./survey"

/** Tokens of one request and of its answer, reasoning included. */
export interface RequestSize {
  readonly inputTokens: number
  readonly outputTokens: number
}

export interface Bounds {
  readonly requests: {
    /** Until an answer has begun. */
    readonly answering: number
    /** With those that continue an answer that was cut. */
    readonly inAll: number
    /** Whether it is the plan's limit that keeps them from being more. */
    readonly isLimited: boolean
  }
  readonly firstWord: {
    /** Whatever happens. A tool call is shown when its arguments are whole, which may be later. */
    readonly most: Duration.Duration
    /** Until the last target has been given up, when none of them says a word. */
    readonly allSilent: Duration.Duration
    /** Until the last request has been refused, when every one is refused at once. */
    readonly allRefusing: Duration.Duration
  }
  /** From the question to the end; absent where an answer that makes progress may take any time. */
  readonly inAll?: Duration.Duration
  readonly cost: {
    readonly usd: number
    /** Requests that it is the price of. */
    readonly requests: number
    /** Targets whose price is not known; their requests are not in it. */
    readonly unknown: ReadonlyArray<string>
  }
}

/** @param steps those that are asked, in their order */
export const boundsOf = (plan: AiPlan, steps: ReadonlyArray<SurveyedStep>, size: RequestSize): Bounds => {
  const answering = answersOf(steps, size)
  const possible = [...answering, ...rescuesOf(plan, steps, size)]
  const inAll = Math.min(plan.maxAttempts, possible.length)
  return {
    requests: {
      answering: Math.min(plan.maxAttempts, answering.length),
      inAll,
      isLimited: possible.length > plan.maxAttempts,
    },
    firstWord: {
      most: inAll > 1 ? waitingLimit(plan) : silentTime(plan, steps),
      allSilent: silentTime(plan, steps),
      allRefusing: refusingTime(plan, steps),
    },
    ...(plan.maxDuration === undefined ? {} : { inAll: plan.maxDuration }),
    cost: dearest(possible, inAll),
  }
}

/** One request, as it is paid for when all of its answer comes. */
interface Request {
  readonly target: string
  /** Undefined where the price is not known. */
  readonly usd: number | undefined
}

const requestOf = ({ target, facts }: SurveyedStep, size: RequestSize): Request => {
  const usage: Usage = { source: "estimated", ...size }
  return { target: nameOf(target), usd: costOf(usage, facts).usd }
}

/** As many as the steps allow, and the one more, to any of them, that a waited-out pause brings. */
const answersOf = (steps: ReadonlyArray<SurveyedStep>, size: RequestSize): ReadonlyArray<Request> => {
  const requests = steps.map((step) => requestOf(step, size))
  const allowed = steps.flatMap((step) =>
    Array.from({ length: step.step.attempts }, () => requestOf(step, size)),
  )
  return [...allowed, ...requests.toSorted(byPrice).slice(0, 1)]
}

/** Each target once, and once more where it may refuse to be given the beginning of its answer. */
const rescuesOf = (
  plan: AiPlan,
  steps: ReadonlyArray<SurveyedStep>,
  size: RequestSize,
): ReadonlyArray<Request> => {
  if (plan.onPartial === "fail") return []
  if (plan.onPartial === "restart") return steps.map((step) => requestOf(step, size))
  // What was written goes along with the question.
  const continuing = { ...size, inputTokens: size.inputTokens + size.outputTokens }
  return steps.flatMap((step) =>
    Array.from({ length: step.facts.prefill ? 2 : 1 }, () => requestOf(step, continuing)),
  )
}

/** Dearest first; a price that is not known may be any. */
const byPrice = (left: Request, right: Request): number =>
  (right.usd ?? Infinity) - (left.usd ?? Infinity) || left.target.localeCompare(right.target)

const dearest = (possible: ReadonlyArray<Request>, count: number): Bounds["cost"] => {
  const chosen = possible.toSorted(byPrice).slice(0, count)
  return {
    usd: chosen.reduce((sum, { usd = 0 }) => sum + usd, 0),
    requests: count,
    unknown: [...new Set(chosen.flatMap(({ target, usd }) => (usd === undefined ? [target] : [])))],
  }
}

/** A target may ask for a wait that is as long as what is left, so that no sum of limits is a bound. */
const waitingLimit = ({ deadline, maxDuration = deadline }: AiPlan): Duration.Duration =>
  Duration.min(deadline, maxDuration)

/** A target that is silent is asked once, for as long as those after it leave room for. */
const silentTime = (plan: AiPlan, steps: ReadonlyArray<SurveyedStep>): Duration.Duration => {
  const limit = Duration.toMillis(waitingLimit(plan))
  const asked = new Map<number, number>()
  const mayBeAsked = (step: SurveyedStep): boolean => (asked.get(step.number) ?? 0) < step.step.attempts
  const ask = (step: SurveyedStep): void => void asked.set(step.number, (asked.get(step.number) ?? 0) + 1)
  let requests = 0
  let now = 0
  for (const [index, current] of steps.entries()) {
    if (!mayBeAsked(current) || requests >= plan.maxAttempts || now >= limit) continue
    const later = steps.slice(index + 1).filter(mayBeAsked)
    const others = later.map(({ firstPart }) => firstPart)
    const own = Duration.toMillis(roomFor(current.firstPart, limit - now, others))
    ask(current)
    requests += 1
    let end = now + own
    const { hedge } = current.step
    const [helper] = later
    const after = hedge?.after === undefined ? Infinity : Duration.toMillis(hedge.after)
    if (after < own && helper !== undefined && requests < plan.maxAttempts) {
      ask(helper)
      requests += 1
      const helping = Duration.toMillis(roomFor(helper.firstPart, limit - now - after, []))
      end = Math.max(end, now + after + helping)
    }
    now = end
  }
  return Duration.millis(now)
}

/** The waits between the requests, with the dice at their worst; long ones are not made while another target is left. */
const refusingTime = (plan: AiPlan, steps: ReadonlyArray<SurveyedStep>): Duration.Duration => {
  let requests = 0
  let waited = Duration.zero
  for (const [index, { step }] of steps.entries()) {
    const isLast = index === steps.length - 1
    for (let asked = 0; asked < step.attempts && requests < plan.maxAttempts; asked += 1) {
      const isLong =
        asked > 0 &&
        Duration.isGreaterThan(backoffDelay(step.backoff, asked - 1, 0.5), defaults.longestWaitBeforeSwitch)
      if (isLong && !isLast) break
      if (asked > 0) waited = Duration.sum(waited, backoffDelay(step.backoff, asked - 1, 1))
      requests += 1
    }
  }
  return Duration.min(waited, waitingLimit(plan))
}
