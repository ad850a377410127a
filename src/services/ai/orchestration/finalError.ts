/** What the caller gets when no target answered: one error that names every target. Pure. */
import * as Duration from "effect/Duration"
import { AIConfigurationError } from "../core/AIConfigurationError"
import { AIProviderError } from "../core/AIProviderError"
import { isRefused, type Closure } from "./health/TargetHealth"
import { nameOf, type AttemptRecord, type RunError, type SkipReason, type Target } from "./PlanEvent"

export interface Skipped {
  /** Of the step. */
  readonly index: number
  readonly provider: string
  readonly reason: SkipReason
  /** Present when its health keeps the target from being asked. */
  readonly closure?: Closure
}

export interface Failure {
  readonly error: RunError
  readonly retryAfter: Duration.Duration | undefined
}

/**
 * The error of the preferred target, or of the first that was asked, with the words of all. A refused key is an error
 * of our configuration; when every target only asks for patience, the smallest wait is told.
 * @param now milliseconds since the epoch
 */
export const finalError = (
  attempts: ReadonlyArray<AttemptRecord>,
  skipped: ReadonlyArray<Skipped>,
  now: number,
): Failure => {
  const failures = lastFailures(attempts)
  const [first, ...others] = failures
  const closed = skipped.filter(({ closure }) => closure !== undefined && !isRefused(closure))
  const waits = [...closed.flatMap((step) => waitOf(step, now)), ...failures.flatMap(hintOf)]
  if (first === undefined) {
    const wait = smallest(waits)
    return closed.length === 0
      ? { error: noneToAsk(skipped), retryAfter: undefined }
      : { error: allClosed(closed, skipped, wait), retryAfter: wait }
  }
  const limited = failures.every(({ error }) => isRateLimited(error)) ? smallest(waits) : undefined
  const message = others.length === 0 && skipped.length === 0 ? undefined : describeAll(failures, skipped)
  return {
    error: ofWholeRun(first.error, { failures, message, retryAfter: limited }),
    retryAfter: limited,
  }
}

/** The error that ends a run at once. When it is only that time is up, it still says what every target did. */
export const stopError = (
  error: RunError,
  attempts: ReadonlyArray<AttemptRecord>,
  skipped: ReadonlyArray<Skipped>,
): RunError => {
  const failures = lastFailures(attempts)
  const timeIsUp = error._tag === "AIProviderError" && error.reason === "DeadlineExceeded"
  const message = timeIsUp ? describeAll(failures, skipped) : undefined
  return ofWholeRun(error, { failures, message })
}

interface FailedTarget {
  readonly target: Target
  readonly error: RunError
}

/** The last failure of every target, in the order in which they were first asked. */
const lastFailures = (attempts: ReadonlyArray<AttemptRecord>): ReadonlyArray<FailedTarget> => {
  const byTarget = new Map<string, FailedTarget>()
  for (const { target, error } of attempts) {
    if (error !== undefined) byTarget.set(nameOf(target), { target, error })
  }
  return [...byTarget.values()]
}

const isRateLimited = (error: RunError): boolean =>
  error._tag === "AIProviderError" && (error.reason === "RateLimited" || error.reason === "QuotaExhausted")

const waitOf = ({ closure }: Skipped, now: number): ReadonlyArray<Duration.Duration> =>
  closure?.reopensAt === undefined ? [] : [Duration.millis(Math.max(0, closure.reopensAt - now))]

const hintOf = ({ error }: FailedTarget): ReadonlyArray<Duration.Duration> =>
  error._tag === "AIProviderError" && error.retryAfter !== undefined ? [error.retryAfter] : []

const smallest = (waits: ReadonlyArray<Duration.Duration>): Duration.Duration | undefined =>
  waits.reduce<Duration.Duration | undefined>(
    (least, wait) => (least === undefined ? wait : Duration.min(least, wait)),
    undefined,
  )

const describeAll = (failures: ReadonlyArray<FailedTarget>, skipped: ReadonlyArray<Skipped>): string =>
  `No provider could answer. ${[
    ...failures.map(({ target, error }) => `${nameOf(target)}: ${error.message}`),
    ...skipped.map(({ provider, reason }) => `${provider} was not asked: ${reason.message}`),
  ].join("; ")}`

const summary = ({ target, error }: FailedTarget) => ({
  ...target,
  message: error.message,
  reason: error._tag === "AIProviderError" ? error.reason : "Configuration",
  ...(error._tag === "AIProviderError" && error.status !== undefined ? { status: error.status } : {}),
})

interface Whole {
  readonly failures: ReadonlyArray<FailedTarget>
  /** In place of the error's own words. */
  readonly message?: string | undefined
  readonly retryAfter?: Duration.Duration | undefined
}

/** The error with what the whole run adds to it; a refused key becomes an error of the configuration. */
const ofWholeRun = (error: RunError, { failures, message, retryAfter }: Whole): RunError => {
  const fields = {
    message: message ?? error.message,
    context: {
      ...error.context,
      ...(message === undefined ? {} : { kind: "exhausted" }),
      attempts: failures.map(summary),
    },
  }
  if (error._tag === "AIConfigurationError") {
    return new AIConfigurationError({
      ...fields,
      ...(error.keyName === undefined ? {} : { keyName: error.keyName }),
      ...(error.provider === undefined ? {} : { provider: error.provider }),
      cause: error,
    })
  }
  if (error.reason === "InvalidKey") {
    const keyName = error.context?.["keyName"]
    return new AIConfigurationError({
      ...fields,
      provider: error.provider,
      ...(typeof keyName === "string" ? { keyName } : {}),
      cause: error,
    })
  }
  const wait = retryAfter ?? error.retryAfter
  return AIProviderError.of({
    ...fields,
    provider: error.provider,
    reason: error.reason,
    isRetryable: error.isRetryable,
    ...(error.model === undefined ? {} : { model: error.model }),
    ...(error.status === undefined ? {} : { status: error.status }),
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
    ...(wait === undefined ? {} : { retryAfter: wait }),
    cause: error,
  })
}

/** Every target that could be asked is closed off for now: to the caller that is a limit of rate. */
const allClosed = (
  closed: ReadonlyArray<Skipped>,
  skipped: ReadonlyArray<Skipped>,
  wait: Duration.Duration | undefined,
): AIProviderError =>
  AIProviderError.of({
    provider: closed[0]?.provider ?? "commander",
    reason: "RateLimited",
    message: `No provider can be asked now. ${skipped.map(({ reason }) => reason.message).join("; ")}`,
    ...(wait === undefined ? {} : { retryAfter: wait }),
    context: {
      kind: "closed",
      skipped: skipped.map(({ provider, reason }) => ({ provider, ...reason })),
    },
  })

/** A target that refused us before has nothing to do with a limit of rate: what it refused has to change. */
const noneToAsk = (skipped: ReadonlyArray<Skipped>): RunError => {
  const isMendable = skipped.some(({ reason }) => reason.keyName !== undefined)
  const refused = skipped.find(({ closure }) => closure?.reason === "refused")
  if (refused === undefined || isMendable) return allSkipped(skipped)
  return AIProviderError.of({
    provider: refused.provider,
    reason: "TargetUnsupported",
    message: skipped.map(({ reason }) => reason.message).join("; "),
    context: {
      kind: "closed",
      skipped: skipped.map(({ provider, reason }) => ({ provider, ...reason })),
    },
  })
}

const allSkipped = (skipped: ReadonlyArray<Skipped>): AIConfigurationError => {
  const keyNames = skipped.flatMap(({ reason }) => (reason.keyName === undefined ? [] : [reason.keyName]))
  const mendable = skipped.find(({ reason }) => reason.keyName !== undefined)
  return new AIConfigurationError({
    message: `No provider can be asked. ${skipped.map(({ reason }) => reason.message).join("; ")}`,
    ...(mendable?.reason.keyName === undefined
      ? {}
      : { provider: mendable.provider, keyName: mendable.reason.keyName }),
    context: {
      kind: "skipped",
      skipped: skipped.map(({ provider, reason }) => ({ provider, ...reason })),
      missingKeys: keyNames,
    },
  })
}
