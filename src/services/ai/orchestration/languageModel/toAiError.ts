/** The error of a run as `effect/ai`'s: the reason that fits, with the original as its cause. Pure and total. */
import * as AiError from "effect/ai/AiError"
import type * as Duration from "effect/Duration"
import type { AIConfigurationError } from "../../core/AIConfigurationError"
import { AIProviderError, type ProviderErrorReason } from "../../core/AIProviderError"
import type { RunError } from "../PlanEvent"

export interface FailedRun {
  readonly error: RunError
  /** When a provider can be asked again. */
  readonly retryAfter?: Duration.Duration
}

export const toAiError = (method: "generateText" | "streamText", failed: FailedRun): AiError.AiError => {
  const reason =
    failed.error._tag === "AIProviderError"
      ? reasons[failed.error.reason](failed.error, failed.retryAfter ?? failed.error.retryAfter)
      : configurationReason(failed.error)
  reason.cause = failed.error
  return AiError.make({ module: "AiPlan", method, reason })
}

type ToReason = (error: AIProviderError, retryAfter: Duration.Duration | undefined) => AiError.AiErrorReason

const description = ({ message }: RunError): { readonly description: string } => ({ description: message })

const http = ({ status, context }: AIProviderError) => {
  if (status === undefined) return {}
  const body = context?.["body"]
  return { http: { response: { status, headers: {} }, ...(typeof body === "string" ? { body } : {}) } }
}

/** The address stays with the transport; the target's name says who could not be reached. */
const network: ToReason = (error) =>
  new AiError.NetworkError({
    ...description(error),
    reason: "TransportError",
    method: "POST",
    url: error.model === undefined ? error.provider : `${error.provider}/${error.model}`,
  })

const internal: ToReason = (error) =>
  new AiError.InternalProviderError({ ...description(error), ...http(error) })
const invalidRequest: ToReason = (error) =>
  new AiError.InvalidRequestError({ ...description(error), ...http(error) })
const unknown: ToReason = (error) => new AiError.UnknownError({ ...description(error), ...http(error) })

const reasons: Readonly<Record<ProviderErrorReason, ToReason>> = {
  ConnectionFailed: network,
  Disconnected: network,
  ServerError: internal,
  Overloaded: internal,
  NoFirstPart: internal,
  Stalled: internal,
  Cut: internal,
  RateLimited: (error, retryAfter) =>
    new AiError.RateLimitError({ ...(retryAfter === undefined ? {} : { retryAfter }), ...http(error) }),
  QuotaExhausted: (error) => new AiError.QuotaExhaustedError(http(error)),
  InvalidKey: (error) =>
    new AiError.AuthenticationError({ kind: "InvalidKey", ...description(error), ...http(error) }),
  TargetUnsupported: invalidRequest,
  ContextTooLong: invalidRequest,
  InvalidRequest: invalidRequest,
  ContentRefused: (error) => new AiError.ContentPolicyError({ ...description(error), ...http(error) }),
  MalformedResponse: (error) => new AiError.InvalidResponseError({ ...description(error), ...http(error) }),
  EmptyAnswer: (error) => new AiError.InvalidOutputError(description(error)),
  DeadlineExceeded: unknown,
  Superseded: unknown,
  Interrupted: internal,
  Aborted: unknown,
  Unknown: (error, retryAfter) => (error.isRetryable ? internal : unknown)(error, retryAfter),
}

/** A run makes a refused key an error of the configuration; that it was refused stands in its cause. */
const configurationReason = (error: AIConfigurationError): AiError.AiErrorReason => {
  const wasRefused = error.cause instanceof AIProviderError && error.cause.reason === "InvalidKey"
  if (wasRefused) return new AiError.AuthenticationError({ kind: "InvalidKey", ...description(error) })
  return error.provider !== undefined && error.keyName !== undefined
    ? new AiError.AuthenticationError({ kind: "MissingKey", ...description(error) })
    : new AiError.InvalidRequestError(description(error))
}
