/** An error of an `effect/ai` model as a provider's, with the reason that fits. Pure and total. */
import * as AiError from "effect/ai/AiError"
import * as Inspectable from "effect/Inspectable"
import { AIProviderError, type ProviderErrorReason } from "../../core/AIProviderError"
import { classify } from "../../wire/classify"
import { redact } from "../../wire/redact"
import type { ResponseHeaders } from "../../wire/retryAfter"
import type { Target } from "../../wire/strictGuard"

export interface Circumstances {
  readonly target: Target
  /** Whether parts of the answer had come. */
  readonly begun: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * Where the provider's refusal is known it is read by the same table as that of every other provider, else the error's own
 * kind decides. The error itself is not kept as a cause: its words are not ours, and may hold a key.
 */
export const toProviderError = (error: AiError.AiError, circumstances: Circumstances): AIProviderError => {
  const { target } = circumstances
  const { reason } = error
  const answered = responseOf(reason)
  const refusal = answered ?? described(reason)
  const classified =
    refusal === undefined
      ? undefined
      : classify({ ...target, ...refusal, now: circumstances.now, secrets: [] })
  const kind = classified?.reason ?? reasonOf(reason, circumstances)
  const wait = error.retryAfter ?? classified?.retryAfter
  return AIProviderError.of({
    ...target,
    reason: kind,
    ...(kind === "Unknown" ? { isRetryable: error.isRetryable } : {}),
    message:
      answered === undefined || classified === undefined
        ? `${target.provider}: ${redact(reason.message, [])}`
        : classified.message,
    ...(answered === undefined ? {} : { status: answered.status }),
    ...(classified?.requestId === undefined ? {} : { requestId: classified.requestId }),
    ...(wait === undefined ? {} : { retryAfter: wait }),
    context: { ...classified?.context, kind: reason._tag },
  })
}

/** What came as an `error` part of a stream, which may be anything. */
export const fromErrorPart = (error: unknown, circumstances: Circumstances): AIProviderError => {
  if (error instanceof AIProviderError) return error
  if (AiError.isAiError(error)) return toProviderError(error, circumstances)
  const body = Inspectable.toStringUnknown(error, 0)
  return classify({ ...circumstances.target, headers: {}, body, now: circumstances.now, secrets: [] })
}

interface Refusal {
  readonly status: number
  readonly headers: ResponseHeaders
  readonly body: string
}

/** The provider's own answer, where the model kept it. */
const responseOf = (reason: AiError.AiErrorReason): Refusal | undefined => {
  if (!("http" in reason) || reason.http?.response === undefined) return undefined
  const { status, headers } = reason.http.response
  if (status < 400) return undefined
  return {
    status,
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        typeof value === "string" ? [[name.toLowerCase(), value]] : [],
      ),
    ),
    body: reason.http.body ?? bodyOf(reason),
  }
}

/** Kinds that say little, whose words say more: read as if the provider had answered with their usual status. */
const described = (reason: AiError.AiErrorReason): Refusal | undefined => {
  if (reason._tag === "InvalidRequestError") return { status: 400, headers: {}, body: bodyOf(reason) }
  if (reason._tag === "InternalProviderError") return { status: 500, headers: {}, body: bodyOf(reason) }
  return undefined
}

const bodyOf = (reason: AiError.AiErrorReason): string => JSON.stringify({ message: reason.message })

const reasonOf = (reason: AiError.AiErrorReason, { begun }: Circumstances): ProviderErrorReason => {
  switch (reason._tag) {
    case "RateLimitError":
      return "RateLimited"
    case "QuotaExhaustedError":
      return "QuotaExhausted"
    case "AuthenticationError":
      return reason.kind === "InsufficientPermissions" ? "TargetUnsupported" : "InvalidKey"
    case "ContentPolicyError":
      return "ContentRefused"
    case "InternalProviderError":
      return "ServerError"
    case "NetworkError":
      return networkReason(reason, begun)
    case "InvalidResponseError":
    case "InvalidOutputError":
    case "StructuredOutputError":
    case "ToolNotFoundError":
    case "ToolParameterValidationError":
      return "MalformedResponse"
    case "UnsupportedSchemaError":
    case "ToolConfigurationError":
      return "TargetUnsupported"
    case "InvalidRequestError":
    case "InvalidUserInputError":
    case "InvalidToolResultError":
    case "ToolResultEncodingError":
    case "ToolkitRequiredError":
      return "InvalidRequest"
    case "UnknownError":
      return "Unknown"
  }
}

const networkReason = (error: AiError.NetworkError, begun: boolean): ProviderErrorReason => {
  switch (error.reason) {
    case "TransportError":
      return begun ? "Cut" : "ConnectionFailed"
    case "InvalidUrlError":
      return "TargetUnsupported"
    case "EncodeError":
      return "InvalidRequest"
  }
}
