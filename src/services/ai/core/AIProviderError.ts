/** What a provider did wrong, in one envelope: who, why, and whether asking again can help. */
import * as Schema from "effect/Schema"

/**
 * Why a request to a provider failed. The verdict table decides by this word, so a new vendor error is
 * mapped to one of these in `wire/classify.ts`, never handled on its own.
 */
export const ProviderErrorReason = Schema.Literals([
  /** The connection was refused, reset or not made before any headers came. */
  "ConnectionFailed",
  /** 408, 409, 425, 500, 502, 504 and other faults of the provider. */
  "ServerError",
  /** 503, 529, "overloaded". */
  "Overloaded",
  /** 429 about speed. */
  "RateLimited",
  /** 429 or 402 about money. */
  "QuotaExhausted",
  /** 401, or 403 about the key. */
  "InvalidKey",
  /** 403 about the model or region, a model that does not exist, a feature or parameter it lacks. */
  "TargetUnsupported",
  /** No headers, no first part, or silence before anything was shown. */
  "NoFirstPart",
  /** Silence after something was shown. */
  "Stalled",
  /** The stream ended, or the connection broke, before the provider said that the answer was complete. */
  "Cut",
  "ContextTooLong",
  /** The provider's policy refuses the content. */
  "ContentRefused",
  /** Any other 4xx: the request itself is wrong. */
  "InvalidRequest",
  /** A 200 that is not an answer: HTML, nothing, another dialect. */
  "MalformedResponse",
  /** A complete answer without text and without a tool call. */
  "EmptyAnswer",
  /** The run's own time is used up. */
  "DeadlineExceeded",
  /** Another target, asked at the same time, answered first. */
  "Superseded",
  /** The consumer went away. */
  "Aborted",
  /** Commander itself was stopped while the provider was answering. */
  "Interrupted",
  /** The page lost its server. */
  "Disconnected",
  /** Nothing finer is known. */
  "Unknown",
])
export type ProviderErrorReason = typeof ProviderErrorReason.Type

const retryableReasons: ReadonlySet<ProviderErrorReason> = new Set<ProviderErrorReason>([
  "ConnectionFailed",
  "ServerError",
  "Overloaded",
  "RateLimited",
  "NoFirstPart",
  "Stalled",
  "Cut",
  "MalformedResponse",
  "EmptyAnswer",
  "Interrupted",
  "Disconnected",
])

export class AIProviderError extends Schema.TaggedError<AIProviderError>()("AIProviderError", {
  /** One sentence, in the provider's own words where it gave any; never holds a key. */
  message: Schema.String,
  reason: ProviderErrorReason,
  /** Whether the same request can succeed later. */
  isRetryable: Schema.Boolean,
  provider: Schema.String,
  model: Schema.optionalKey(Schema.String),
  /** HTTP status. */
  status: Schema.optionalKey(Schema.Int),
  /** The provider's id of the request, for its support. */
  requestId: Schema.optionalKey(Schema.String),
  /** How long the provider asks us to wait. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis),
  /** Further facts, as JSON: the vendor's code, the redacted body, the attempts of a run. */
  context: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  /** Fills `isRetryable` from the reason when it is not given. */
  static of(
    fields: Omit<ConstructorParameters<typeof AIProviderError>[0], "isRetryable" | "reason"> & {
      readonly reason?: ProviderErrorReason
      readonly isRetryable?: boolean
    },
  ): AIProviderError {
    const reason = fields.reason ?? "Unknown"
    return new AIProviderError({
      ...fields,
      reason,
      isRetryable: fields.isRetryable ?? retryableReasons.has(reason),
    })
  }
}
