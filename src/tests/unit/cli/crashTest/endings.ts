/** Terminal events that say something else than usual. */
import type * as Duration from "effect/Duration"
import type { PlanEventBody, Totals } from "@/services/ai/orchestration/PlanEvent"

export const comingAgain = (body: PlanEventBody, retryAfter: Duration.Duration): PlanEventBody =>
  body.type === "plan-failed" ? { ...body, retryAfter } : body

export const withTotals = (body: PlanEventBody, totals: Totals): PlanEventBody =>
  body.type === "plan-completed" || body.type === "plan-failed" ? { ...body, totals } : body
