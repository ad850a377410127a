/** What a run failed with, as an error of this dialect. Pure and total. */
import type * as Duration from "effect/Duration"
import type { AIConfigurationError, AIProviderError, ProviderErrorReason } from "@/services/ai/core"
import type { RunError } from "@/services/ai/orchestration/PlanEvent"
import * as Json from "@/services/ai/wire/json"
import { DialectError } from "./DialectError"

/** @param retryAfter when a provider can be asked again, where the run knows it */
export const toDialectError = (error: RunError, retryAfter?: Duration.Duration): DialectError =>
  error._tag === "AIConfigurationError"
    ? new DialectError({
        ...(lacksRoomOnly(error) ? rows.ContextTooLong : notConfigured),
        message: error.message,
        isRetryable: false,
      })
    : ofProvider(error, retryAfter ?? error.retryAfter)

const ofProvider = (error: AIProviderError, wait: Duration.Duration | undefined): DialectError => {
  const isUnknownModel =
    error.reason === "TargetUnsupported" && (error.status === 404 || error.status === 410)
  const row = isUnknownModel ? unknownModel : rows[error.reason]
  return new DialectError({
    ...row,
    message: error.message,
    isRetryable: error.isRetryable,
    ...(wait === undefined || row.status < 429 ? {} : { retryAfter: wait }),
  })
}

type Row = Pick<DialectError, "status" | "type" | "code">

const row = (status: number, type: DialectError["type"], code: string | null): Row => ({ status, type, code })

const unavailable = row(503, "server_error", "upstream_unavailable")
const broken = row(502, "server_error", "upstream_error")
const silent = row(504, "server_error", "upstream_timeout")
/** A 401 of a provider is about our key. The caller's own credentials are as good as before. */
const notConfigured = row(500, "server_error", "provider_not_configured")
const unknownModel = row(404, "invalid_request_error", "model_not_found")

const rows: Readonly<Record<ProviderErrorReason, Row>> = {
  ConnectionFailed: unavailable,
  Overloaded: unavailable,
  ServerError: broken,
  MalformedResponse: broken,
  EmptyAnswer: broken,
  Unknown: broken,
  Superseded: broken,
  Aborted: broken,
  Interrupted: broken,
  Disconnected: broken,
  Cut: row(502, "server_error", "answer_incomplete"),
  Stalled: silent,
  NoFirstPart: silent,
  DeadlineExceeded: row(504, "server_error", "deadline_exceeded"),
  RateLimited: row(429, "rate_limit_error", "rate_limit_exceeded"),
  QuotaExhausted: row(429, "insufficient_quota", "insufficient_quota"),
  InvalidKey: notConfigured,
  TargetUnsupported: row(400, "invalid_request_error", "not_supported"),
  ContextTooLong: row(400, "invalid_request_error", "context_length_exceeded"),
  ContentRefused: row(400, "invalid_request_error", "content_filter"),
  InvalidRequest: row(400, "invalid_request_error", null),
}

/** Every step was passed over because the conversation is too long for its model. */
const lacksRoomOnly = ({ context }: AIConfigurationError): boolean => {
  const skipped = Json.asArray(context?.["skipped"]).map(Json.asObject)
  return (
    skipped.length > 0 && skipped.every((step) => Json.asArray(step?.["lacks"]).includes("context-window"))
  )
}
