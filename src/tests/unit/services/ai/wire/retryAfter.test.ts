import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { retryAfter, type ResponseHeaders } from "@/services/ai/wire/retryAfter"

const now = Date.parse("2026-11-22T12:00:00Z")

const millis = (headers: ResponseHeaders): number | undefined => {
  const wait = retryAfter(headers, now)
  return wait === undefined ? undefined : Duration.toMillis(wait)
}

type Case = readonly [fact: string, headers: ResponseHeaders, millis: number | undefined]

const cases: ReadonlyArray<Case> = [
  ["no header says nothing", {}, undefined],
  ["whole seconds", { "retry-after": "7" }, 7000],
  ["zero seconds", { "retry-after": "0" }, 0],
  ["decimal seconds", { "retry-after": "1.5" }, 1500],
  ["part of a millisecond is rounded up, never down", { "retry-after": "0.0001" }, 1],
  ["white space around the number", { "retry-after": " 7 " }, 7000],
  ["an HTTP date", { "retry-after": "Sun, 22 Nov 2026 12:00:30 GMT" }, 30_000],
  ["an HTTP date that is past means now", { "retry-after": "Sun, 22 Nov 2026 11:00:00 GMT" }, 0],
  ["milliseconds", { "retry-after-ms": "250" }, 250],
  ["milliseconds before seconds, being finer", { "retry-after-ms": "1200", "retry-after": "2" }, 1200],
  ["seconds where the milliseconds are garbage", { "retry-after-ms": "soon", "retry-after": "2" }, 2000],
  [
    "a bucket with nothing remaining",
    { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1s" },
    1000,
  ],
  [
    "a bucket with something remaining says nothing",
    { "x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "1s" },
    undefined,
  ],
  ["a reset without its remaining says nothing", { "x-ratelimit-reset-requests": "1s" }, undefined],
  ["a remaining without its reset says nothing", { "x-ratelimit-remaining-requests": "0" }, undefined],
  [
    "a remaining that is empty says nothing",
    { "x-ratelimit-remaining-requests": "", "x-ratelimit-reset-requests": "1s" },
    undefined,
  ],
  [
    "only the bucket that is used up counts",
    {
      "x-ratelimit-remaining-requests": "59",
      "x-ratelimit-reset-requests": "6m0s",
      "x-ratelimit-remaining-tokens": "0",
      "x-ratelimit-reset-tokens": "7.66s",
    },
    7660,
  ],
  [
    "of two that are used up the longer",
    {
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "20ms",
      "x-ratelimit-remaining-tokens": "0",
      "x-ratelimit-reset-tokens": "1h2m3.5s",
    },
    3_723_500,
  ],
  [
    "retry-after before any bucket",
    { "retry-after": "3", "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "9s" },
    3000,
  ],
  [
    "Anthropic's bucket with a time (RFC 3339)",
    {
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-reset": "2026-11-22T12:00:42Z",
    },
    42_000,
  ],
  [
    "Anthropic's bucket with something remaining says nothing",
    {
      "anthropic-ratelimit-input-tokens-remaining": "4000",
      "anthropic-ratelimit-input-tokens-reset": "2026-11-22T12:00:42Z",
    },
    undefined,
  ],
  [
    "Anthropic's bucket whose time is past means now",
    {
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-reset": "2026-11-22T11:59:00Z",
    },
    0,
  ],
]

const garbage: ReadonlyArray<string> = [
  "",
  "soon",
  "-5",
  "1e3",
  "NaN",
  "Infinity",
  "7 seconds",
  "1,5",
  "0x10",
  "12:30",
  "please wait 5000",
  "-5000",
]

const goDurations: ReadonlyArray<readonly [string, number | undefined]> = [
  ["20ms", 20],
  ["1s", 1000],
  ["6m0s", 360_000],
  ["1h", 3_600_000],
  ["2d", 172_800_000],
  ["1m30.25s", 90_250],
  ["0s", 0],
  ["s", undefined],
  ["1s later", undefined],
  ["1 s", undefined],
]

describe("retryAfter", () => {
  it.each(cases)("reads %s", (_fact, headers, expected) => {
    expect(millis(headers)).toBe(expected)
  })

  it.each(garbage)("reads nothing out of the garbage %j", (value) => {
    expect(millis({ "retry-after": value })).toBeUndefined()
  })

  it.each(goDurations)("reads Go's duration %s as %s ms", (reset, expected) => {
    expect(millis({ "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": reset })).toBe(expected)
  })
})
