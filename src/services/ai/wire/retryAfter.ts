/** How long a provider asks us to wait, out of the headers of its answer. Pure. */
import * as Duration from "effect/Duration"

export type ResponseHeaders = Readonly<Record<string, string | undefined>>

/**
 * Reads, in this order: `retry-after-ms` (OpenAI, Azure), `retry-after` in seconds or as an HTTP date (RFC 9110
 * §10.2.3), then the reset of a rate-limit bucket that is used up: `x-ratelimit-reset-*` (OpenAI: `1s`, `6m0s`) and
 * `anthropic-ratelimit-*-reset` (RFC 3339). Buckets with something remaining say nothing about this refusal.
 * @param now milliseconds since the epoch, for the dates
 */
export const retryAfter = (headers: ResponseHeaders, now: number): Duration.Duration | undefined =>
  fromNumber(headers["retry-after-ms"], 1) ??
  fromNumber(headers["retry-after"], 1000) ??
  fromDate(headers["retry-after"], now) ??
  fromBuckets(headers, now)

/** A year: whatever is longer is not waited for anyway, and numbers must stay finite to cross the bridge. */
const longest = 365 * 24 * 3_600_000

const millis = (amount: number): Duration.Duration => Duration.millis(Math.min(Math.ceil(amount), longest))

const fromNumber = (value: string | undefined, unitMillis: number): Duration.Duration | undefined => {
  if (value === undefined || !/^\s*\d+(\.\d+)?\s*$/.test(value)) return undefined
  return millis(Number(value) * unitMillis)
}

/** RFC 9110's IMF-fixdate (`Sun, 06 Nov 1994 08:49:37 GMT`) or RFC 3339; `Date.parse` reads far more than dates. */
const dateShape = /^\s*([A-Za-z]{3}, \d{2} [A-Za-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT|\d{4}-\d{2}-\d{2}T\S+)\s*$/

const fromDate = (value: string | undefined, now: number): Duration.Duration | undefined => {
  if (value === undefined || !dateShape.test(value)) return undefined
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : millis(Math.max(0, at - now))
}

const bucketName = /^(?:x-ratelimit-remaining-(.+)|anthropic-ratelimit-(.+)-remaining)$/

const fromBuckets = (headers: ResponseHeaders, now: number): Duration.Duration | undefined => {
  const waits = Object.entries(headers).flatMap(([name, remaining]) => {
    const bucket = bucketName.exec(name)
    if (bucket === null || remaining === undefined || Number(remaining) !== 0 || remaining.trim() === "")
      return []
    const reset =
      bucket[1] === undefined
        ? headers[`anthropic-ratelimit-${bucket[2]}-reset`]
        : headers[`x-ratelimit-reset-${bucket[1]}`]
    const wait = fromNumber(reset, 1000) ?? fromUnits(reset) ?? fromDate(reset, now)
    return wait === undefined ? [] : [wait]
  })
  return waits.length === 0 ? undefined : waits.reduce((left, right) => Duration.max(left, right))
}

const unitMillis: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
}

/** Go's duration notation, as OpenAI writes it: `20ms`, `1s`, `6m0s`, `1h2m3.5s`. */
const fromUnits = (value: string | undefined): Duration.Duration | undefined => {
  if (value === undefined || !/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(value.trim())) return undefined
  let total = 0
  for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (unitMillis[unit ?? ""] ?? 0)
  }
  return millis(total)
}
