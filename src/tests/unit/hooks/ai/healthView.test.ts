/** A target's health in the page's terms. */
import * as Duration from "effect/Duration"
import { assert, describe, it } from "@effect/vitest"
import { healthView, type HealthView } from "@/hooks/ai/healthView"
import type { HealthReport } from "@/services/ai/orchestration/health/TargetHealth"
import { openai } from "@/tests/support/planEvents"

const report: HealthReport = { target: openai, circuit: "closed", requests: 20, failureRate: 0 }
const closed = (
  reason: NonNullable<HealthReport["closure"]>["reason"],
  reopensAt?: number,
): HealthReport => ({
  ...report,
  closure: {
    reason,
    message: "its circuit is open: connect ECONNREFUSED",
    ...(reopensAt === undefined ? {} : { reopensAt }),
  },
})

describe("the health of a target", () => {
  it.each<{ readonly fact: string; readonly of: HealthReport; readonly state: HealthView["state"] }>([
    { fact: "that is asked as always is closed", of: report, state: "closed" },
    {
      fact: "whose circuit is open is open",
      of: { ...closed("circuit-open"), circuit: "open" },
      state: "open",
    },
    {
      fact: "that the next request tries is half-open",
      of: { ...report, circuit: "half-open" },
      state: "half-open",
    },
    {
      fact: "that a request is trying now is half-open",
      of: { ...closed("probing"), circuit: "half-open" },
      state: "half-open",
    },
    {
      fact: "that asked for a pause is cooling, though its circuit is closed",
      of: closed("cooling"),
      state: "cooling",
    },
    { fact: "whose key was refused says that", of: closed("bad-key"), state: "bad-key" },
    { fact: "that refused its model says that", of: closed("refused"), state: "refused" },
    { fact: "whose retries are used up is as its circuit is", of: closed("budget"), state: "closed" },
  ])("$fact", ({ of, state }) => assert.strictEqual(healthView(of).state, state))

  it("says why it is not asked, and until when", () => {
    assert.deepInclude(healthView(closed("cooling", 9_000)), {
      why: "Its circuit is open: connect ECONNREFUSED",
      until: 9_000,
    })
    assert.notProperty(healthView(closed("cooling")), "until")
  })

  it("tells the last failure while it is remembered", () => {
    const lastFailure = { cause: "openai answered 500", at: 1_000 }
    const failing = healthView({ ...report, failureRate: 0.05, lastFailure })
    assert.deepInclude(failing, { why: "Last failure: openai answered 500", failures: 1, requests: 20 })
    assert.notProperty(healthView({ ...report, lastFailure }), "why")
  })

  it("gives the usual time to the first part in milliseconds, once it is known", () => {
    const firstPart = { p50: Duration.millis(400), p95: Duration.seconds(2) }
    assert.deepStrictEqual(healthView({ ...report, firstPart }).firstPart, { half: 400, most: 2_000 })
    assert.notProperty(healthView(report), "firstPart")
  })
})
