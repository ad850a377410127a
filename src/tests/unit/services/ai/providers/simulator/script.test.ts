import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { defaults, modelNames, scriptOf, type Script } from "@/services/ai/providers/simulator/script"

const cases: ReadonlyArray<readonly [name: string, script: Partial<Script>]> = [
  ["steady", {}],
  ["long", { text: "long" }],
  ["instant", { firstTokenDelay: Duration.zero, pace: Duration.zero }],
  ["cuts-after-7", { cutAfter: 7 }],
  ["cuts-after-0", { cutAfter: 0 }],
  ["stalls-after-7", { stallAfter: 7 }],
  ["slow-start-2s", { firstTokenDelay: Duration.seconds(2) }],
  ["pace-100ms", { pace: Duration.millis(100) }],
  ["silent", { stallAfter: 0 }],
  ["empty", { text: "none" }],
  ["rate-limited", { refusal: { reason: "RateLimited", status: 429 } }],
  ["rate-limited-2s", { refusal: { reason: "RateLimited", status: 429, retryAfter: Duration.seconds(2) } }],
  ["overloaded", { refusal: { reason: "Overloaded", status: 529 } }],
  ["server-error", { refusal: { reason: "ServerError", status: 500 } }],
  ["unreachable", { refusal: { reason: "ConnectionFailed" } }],
  ["bad-key", { refusal: { reason: "InvalidKey", status: 401 } }],
  ["out-of-quota", { refusal: { reason: "QuotaExhausted", status: 429 } }],
  ["context-too-long", { refusal: { reason: "ContextTooLong", status: 400 } }],
  ["refuses", { refusal: { reason: "ContentRefused", status: 400 } }],
  ["slow-start-2s+stalls-after-5", { firstTokenDelay: Duration.seconds(2), stallAfter: 5 }],
  [
    "instant+long+cuts-after-3",
    { firstTokenDelay: Duration.zero, pace: Duration.zero, text: "long", cutAfter: 3 },
  ],
  ["pace-100ms+instant", { firstTokenDelay: Duration.zero, pace: Duration.zero }],
]

describe("the simulator's script", () => {
  it.each(cases)("reads %s", (name, changes) => {
    expect(scriptOf(name)).toEqual({ ...defaults, ...changes })
  })

  it.each([
    "",
    "gpt-4",
    "Steady",
    "steady ",
    "steady+",
    "+steady",
    "cuts-after-",
    "cuts-after-x",
    "cuts-after--1",
    "constructor",
  ])("knows no script %j", (name) => {
    expect(scriptOf(name)).toBeUndefined()
  })

  it("offers names that it knows, each once", () => {
    expect(modelNames.map(scriptOf)).not.toContain(undefined)
    expect(new Set(modelNames).size).toBe(modelNames.length)
    expect(modelNames).toHaveLength(18)
  })
})
