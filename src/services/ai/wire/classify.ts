/** A provider's refusal (status, headers and body, or an error inside a stream) as one typed error. Pure and total. */
import type * as Redacted from "effect/Redacted"
import { AIProviderError, type ProviderErrorReason } from "../core/AIProviderError"
import * as Json from "./json"
import { redact } from "./redact"
import { retryAfter, type ResponseHeaders } from "./retryAfter"

export interface Refusal {
  readonly provider: string
  readonly model: string
  /** Absent when the error came inside a stream. */
  readonly status?: number
  readonly headers: ResponseHeaders
  /** The body's text, or the error event's JSON as text. */
  readonly body: string
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Must not appear in the error. */
  readonly secrets: ReadonlyArray<Redacted.Redacted<string>>
  /** The configuration key that holds the secret, told when the provider refuses it. */
  readonly keyName?: string
}

export const classify = (whole: Refusal): AIProviderError => {
  const refusal = { ...whole, body: whole.body.slice(0, maxRead) }
  const { provider, model, headers, secrets } = refusal
  const words = vendorWords(whole.body)
  const status = refusal.status ?? statusInBody(words.code)
  const shown = (text: string, length: number): string => redact(text, secrets).slice(0, length)
  const message = shown(words.message ?? describe(refusal), maxMessageLength)
  const wait = retryAfter(headers, refusal.now)
  const reason = reasonOf(status, words)
  const requestId = headers["x-request-id"] ?? headers["request-id"] ?? words.requestId
  return AIProviderError.of({
    provider,
    model,
    message: `${provider} ${status === undefined ? "failed" : `answered ${status}`}: ${message}`,
    reason,
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId: shown(requestId, maxNameLength) }),
    ...(wait === undefined ? {} : { retryAfter: wait }),
    context: {
      ...(reason === "InvalidKey" && refusal.keyName !== undefined ? { keyName: refusal.keyName } : {}),
      ...(words.code === undefined ? {} : { code: shown(words.code, maxNameLength) }),
      ...(words.type === undefined ? {} : { type: shown(words.type, maxNameLength) }),
      body: shown(refusal.body, maxBodyLength),
    },
  })
}

/** An error inside a stream may be megabytes long; what is kept of it is short. */
const maxRead = 64 * 1024
const maxMessageLength = 500
const maxNameLength = 200
const maxBodyLength = 4096

interface VendorWords {
  readonly message?: string
  readonly type?: string
  readonly code?: string
  readonly requestId?: string
}

/** `{error: {…}}`, `{error: "…"}`, `{message}`, `{detail}`, and Google's list of one. */
const vendorWords = (body: string): VendorWords => {
  const parsed = Json.parse(body)
  const root = Json.asObject(Array.isArray(parsed) ? parsed[0] : parsed)
  if (root === undefined) return {}
  const error = Json.asObject(root["error"]) ?? root
  const message = readString(error["message"]) ?? readString(root["error"]) ?? readString(root["detail"])
  const type = readString(error["type"]) ?? readString(error["status"])
  const code = readString(error["code"]) ?? Json.asInteger(error["code"])?.toString()
  const requestId = readString(root["request_id"])
  return {
    ...(message === undefined ? {} : { message }),
    ...(type === undefined ? {} : { type }),
    ...(code === undefined ? {} : { code }),
    ...(requestId === undefined ? {} : { requestId }),
  }
}

const readString = (value: unknown): string | undefined => Json.asString(value)?.slice(0, maxRead)

/** Gateways put the upstream's status into an in-stream error's `code`. */
const statusInBody = (code: string | undefined): number | undefined =>
  code !== undefined && /^[45]\d\d$/.test(code) ? Number(code) : undefined

const describe = ({ body, status, headers }: Refusal): string => {
  const location = headers["location"]
  if (status !== undefined && status >= 300 && status < 400 && location !== undefined) {
    return `it redirects to ${location}; set its base URL to where it really is`
  }
  const text = body
    .slice(0, maxBodyLength)
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, " ")
    .replace(/<[^<>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
  return text === "" ? "no explanation" : text
}

interface Rule {
  readonly reason: ProviderErrorReason
  /** The statuses it may apply to; absent: any, and errors inside a stream. */
  readonly statuses?: ReadonlyArray<number>
  /** Matched against the vendor's code, type and message together; absent: the status decides. */
  readonly words?: RegExp
}

/**
 * First match wins. The same vendor type carries opposite meanings (`invalid_request_error` may be a long context, a
 * refused content or an empty wallet), so code and message come before the status.
 * Sources: OpenAI's "Error codes" guide, Anthropic's "Errors" reference, and the bodies in `tests/unit`.
 */
const rules: ReadonlyArray<Rule> = [
  {
    reason: "ContextTooLong",
    words:
      /context_length_exceeded|context[ _](length|window|size|limit)|maximum (context|prompt length|number of tokens)|(prompt|input) is too long|too many (input )?tokens in/,
    statuses: [400, 413, 422],
  },
  { reason: "ContextTooLong", words: /context_length_exceeded|prompt is too long/ },
  { reason: "ContextTooLong", statuses: [413] },
  {
    reason: "QuotaExhausted",
    words:
      /insufficient_quota|exceeded your current quota|credit balance is too low|billing_(hard_limit|not_active|error)/,
  },
  { reason: "QuotaExhausted", statuses: [402] },
  {
    reason: "ContentRefused",
    words:
      /content[_ ](policy|filter)|responsibleai|content management policy|usage polic|safety system|was flagged/,
    statuses: [400, 403, 422],
  },
  { reason: "ContentRefused", words: /content_policy_violation|content[_ ]filter/ },
  { reason: "RateLimited", statuses: [429] },
  { reason: "Overloaded", statuses: [503, 529] },
  { reason: "Overloaded", words: /overloaded|at capacity|engine_busy/, statuses: [500, 502, 504] },
  { reason: "ServerError", statuses: [408, 409, 425, 500, 502, 504] },
  { reason: "InvalidKey", statuses: [401] },
  { reason: "InvalidKey", words: /api[ _-]?key|credential|authenticat|token/, statuses: [403] },
  { reason: "InvalidKey", words: /invalid_api_key|incorrect api key|api key not valid/, statuses: [400] },
  { reason: "TargetUnsupported", statuses: [403, 404, 405, 410, 501] },
  {
    reason: "TargetUnsupported",
    words:
      /unsupported_(parameter|value|model)|model_not_found|does not exist|(not|n't) support|unsupported|is deprecated|not available in|unknown model/,
    statuses: [400, 422],
  },
  { reason: "Overloaded", words: /overloaded/ },
  { reason: "RateLimited", words: /rate_limit|too many requests/ },
  { reason: "InvalidKey", words: /authentication_error|invalid_api_key/ },
  { reason: "TargetUnsupported", words: /model_not_found|not_found_error|permission_error/ },
]

const reasonOf = (status: number | undefined, { code, type, message }: VendorWords): ProviderErrorReason => {
  const words = [code, type, message].join(" ").toLowerCase()
  const rule = rules.find(
    (row) =>
      (row.statuses === undefined || (status !== undefined && row.statuses.includes(status))) &&
      (row.words === undefined || row.words.test(words)),
  )
  if (rule !== undefined) return rule.reason
  if (status === undefined) return type === "invalid_request_error" ? "InvalidRequest" : "ServerError"
  if (status >= 500) return "ServerError"
  if (status >= 400) return "InvalidRequest"
  return status >= 300 ? "TargetUnsupported" : "MalformedResponse"
}
