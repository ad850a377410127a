/** An error as clients of this dialect read it: a status, and a body of `{error: {message, type, param, code}}`. */
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"

export class DialectError extends Data.TaggedError("DialectError")<{
  readonly status: number
  readonly type: "invalid_request_error" | "rate_limit_error" | "insufficient_quota" | "server_error"
  readonly code: string | null
  readonly message: string
  /** The field of the request that is wrong, e.g. `messages[0].content`. */
  readonly param?: string
  /** When asking again can help. */
  readonly retryAfter?: Duration.Duration
  /** Whether the same request can succeed later. */
  readonly isRetryable: boolean
}> {}

/** The request is wrong, and stays wrong. */
export const badRequest = (
  message: string,
  details: { readonly status?: number; readonly code?: string; readonly param?: string } = {},
): DialectError =>
  new DialectError({
    status: 400,
    type: "invalid_request_error",
    code: null,
    message,
    ...details,
    isRetryable: false,
  })

/** Nobody's fault but ours. */
export const serverError = (message: string): DialectError =>
  new DialectError({ status: 500, type: "server_error", code: null, message, isRetryable: true })

/** A run always says how it ends; one that does not is not taken for complete. */
export const endedEarly: DialectError = serverError("the run ended without saying how")

/** The body of an answer, or the data of the last event of a stream. */
export const bodyOf = ({ message, type, param, code }: DialectError) => ({
  error: { message, type, param: param ?? null, code },
})

/**
 * The vendor's clients repeat every 5xx by themselves; `x-should-retry` tells them not to where it is of no use.
 * `retry-after` is in whole seconds (RFC 9110 §10.2.3), rounded up: earlier would be refused again.
 */
export const headersOf = ({ isRetryable, retryAfter }: DialectError): Readonly<Record<string, string>> => ({
  ...(isRetryable ? {} : { "x-should-retry": "false" }),
  ...(retryAfter === undefined ? {} : { "retry-after": String(Math.ceil(Duration.toSeconds(retryAfter))) }),
})
