/** What the caller gets when no target answered: one error that names every target. Pure. */
import * as Duration from "effect/Duration"
import { AIConfigurationError } from "../core/AIConfigurationError"
import { AIProviderError } from "../core/AIProviderError"
import { nameOf, type AttemptRecord, type RunError, type SkipReason, type Target } from "./PlanEvent"

export interface Skipped {
  readonly provider: string
  readonly reason: SkipReason
}

export interface Failure {
  readonly error: RunError
  readonly retryAfter: Duration.Duration | undefined
}

/**
 * The error of the preferred target, or of the first that was asked, with the words of all. A refused key is an error
 * of our configuration; when every target only asks for patience, the smallest wait is told.
 */
export const finalError = (
  attempts: ReadonlyArray<AttemptRecord>,
  skipped: ReadonlyArray<Skipped>,
): Failure => {
  const failures = lastFailures(attempts)
  const [first, ...others] = failures
  if (first === undefined) return { error: allSkipped(skipped), retryAfter: undefined }
  const limited = failures.every(({ error }) => isRateLimited(error)) ? smallestWait(failures) : undefined
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

const smallestWait = (failures: ReadonlyArray<FailedTarget>): Duration.Duration | undefined =>
  failures
    .flatMap(({ error }) =>
      error._tag === "AIProviderError" && error.retryAfter !== undefined ? [error.retryAfter] : [],
    )
    .reduce<Duration.Duration | undefined>(
      (smallest, wait) => (smallest === undefined ? wait : Duration.min(smallest, wait)),
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
