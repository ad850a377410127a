/**
 * What follows from a failed attempt: one pure, total function. It only decides; `PlanExecutor` carries out, and the
 * attempts of the step bound every "again". The tests hold one row for every line of the table in docs/plans.md.
 */
import * as Duration from "effect/Duration"
import type { ProviderErrorReason } from "../core/AIProviderError"
import type { RunError } from "./PlanEvent"

/** Where the run stands with the target that failed. */
export interface Position {
  /** Whether anything of this attempt was shown. */
  readonly committed: boolean
  /** How often this step has now failed for the same reason, this failure included. */
  readonly sameReason: number
  /** What the step does when the content is refused. */
  readonly onRefusal: "stop" | "next"
  /** `rescue`: the attempt was to continue a text that another had begun. */
  readonly phase: "answer" | "rescue"
}

export type Again =
  | { readonly _tag: "No" }
  /** After the step's backoff. */
  | { readonly _tag: "Backoff" }
  /** After the wait that the provider asked for. */
  | { readonly _tag: "After"; readonly wait: Duration.Duration }

export type Cooling =
  | { readonly _tag: "None" }
  /** The target is not asked for this long. */
  | { readonly _tag: "Target"; readonly duration: Duration.Duration }
  /** The target refuses what we ask of it, its model or region: another time will not be better soon. */
  | { readonly _tag: "Refusal"; readonly duration: Duration.Duration }
  /** The key counts as bad until it changes, or for this long. */
  | { readonly _tag: "Key"; readonly duration: Duration.Duration }

export interface Verdict {
  readonly again: Again
  /** When the target is not asked again. `rescue`: text was shown, so only a continuation may follow. */
  readonly then: "next" | "larger-window" | "rescue" | "stop"
  readonly breaker: "failure" | "failure-twice" | "ignored"
  readonly cool: Cooling
}

export const limits = {
  /** A `Retry-After` up to this is waited out on the same target. */
  shortWait: Duration.seconds(3),
  longestCooling: Duration.minutes(5),
  /** How long a target without a better hint is left alone after its last 429. */
  coolingWithoutHint: Duration.seconds(15),
  rateLimitRetries: 2,
  overloadRetries: 1,
  emptyAnswerRetries: 1,
}

export const verdict = (error: RunError, position: Position): Verdict => {
  const ruling = rulingOn(error, position)
  // Every rescuer is asked once: what its failure says of its target counts, what to do next is clear.
  return position.phase === "rescue"
    ? { ...ruling, again: { _tag: "No" }, then: endsTheRun(error) ? "stop" : "next" }
    : ruling
}

/** Whether the same target would fail again within this run. */
export const isPermanent = (error: RunError): boolean =>
  error._tag === "AIConfigurationError" || permanent.has(error.reason)

const permanent: ReadonlySet<ProviderErrorReason> = new Set<ProviderErrorReason>([
  "InvalidKey",
  "QuotaExhausted",
  "TargetUnsupported",
  "ContextTooLong",
  "ContentRefused",
  "InvalidRequest",
])

const endsTheRun = (error: RunError): boolean =>
  error._tag === "AIProviderError" && (error.reason === "Aborted" || error.reason === "DeadlineExceeded")

const rulingOn = (error: RunError, position: Position): Verdict => {
  if (error._tag === "AIConfigurationError") return row("No", "next", "ignored")
  if (position.committed) return afterCommit(error.reason)
  switch (error.reason) {
    case "ConnectionFailed":
    case "ServerError":
    case "MalformedResponse":
    case "Cut":
      return row("Backoff", "next", "failure")
    case "Overloaded":
      return row(position.sameReason <= limits.overloadRetries ? "Backoff" : "No", "next", "failure-twice")
    case "RateLimited":
      return rateLimited(error.retryAfter, position.sameReason)
    case "QuotaExhausted":
      return cooled({ _tag: "Target", duration: limits.longestCooling })
    case "InvalidKey":
      return cooled({ _tag: "Key", duration: limits.longestCooling })
    case "TargetUnsupported":
      return cooled({ _tag: "Refusal", duration: limits.longestCooling })
    case "NoFirstPart":
    case "Stalled":
      return row("No", "next", "failure")
    case "ContextTooLong":
      return row("No", "larger-window", "ignored")
    case "ContentRefused":
      return row("No", position.onRefusal, "ignored")
    case "InvalidRequest":
    case "DeadlineExceeded":
    case "Aborted":
    case "Disconnected":
    case "Superseded":
      return row("No", "stop", "ignored")
    case "Interrupted":
      return row("Backoff", "next", "ignored")
    case "EmptyAnswer":
      return row(position.sameReason <= limits.emptyAnswerRetries ? "Backoff" : "No", "next", "ignored")
    case "Unknown":
      return row(error.isRetryable ? "Backoff" : "No", "next", "failure")
  }
}

/** Promise 2: what was seen is not asked for again. Only a continuation can help, unless nobody is there to read it. */
const afterCommit = (reason: ProviderErrorReason): Verdict => {
  switch (reason) {
    case "Aborted":
    case "DeadlineExceeded":
    case "Disconnected":
    case "Superseded":
    case "ContentRefused":
      return row("No", "stop", "ignored")
    case "EmptyAnswer":
    case "Interrupted":
      return row("No", "rescue", "ignored")
    default:
      return row("No", "rescue", "failure")
  }
}

const rateLimited = (retryAfter: Duration.Duration | undefined, failures: number): Verdict => {
  if (retryAfter === undefined) {
    return failures <= limits.rateLimitRetries
      ? row("Backoff", "next", "ignored")
      : cooled({ _tag: "Target", duration: limits.coolingWithoutHint })
  }
  const cool: Cooling = { _tag: "Target", duration: Duration.min(retryAfter, limits.longestCooling) }
  return Duration.isLessThanOrEqualTo(retryAfter, limits.shortWait)
    ? { again: { _tag: "After", wait: retryAfter }, then: "next", breaker: "ignored", cool }
    : cooled(cool)
}

const row = (again: "No" | "Backoff", then: Verdict["then"], breaker: Verdict["breaker"]): Verdict => ({
  again: { _tag: again },
  then,
  breaker,
  cool: { _tag: "None" },
})

/** Not asked again, and left alone for a while; no breaker counts it, since the provider works. */
const cooled = (cool: Cooling): Verdict => ({ ...row("No", "next", "ignored"), cool })
