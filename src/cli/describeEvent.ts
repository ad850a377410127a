/** A plan event as one line for a terminal. Pure. */
import * as Duration from "effect/Duration"
import { nameOf, type PlanEvent } from "@/services/ai/orchestration"

export const describeEvent = (event: PlanEvent): string => {
  switch (event.type) {
    case "plan-started":
      return `plan "${event.plan.name}": ${event.plan.steps.map(({ provider, model, attempts }) => `${provider}/${model ?? "default"} ×${attempts}`).join(", then ")}`
    case "step-skipped":
      return `○ ${event.provider} skipped: ${event.reason.message}`
    case "attempt-started":
      return `→ #${event.attempt} asking ${nameOf(event.target)}`
    case "answer-started":
      return `● ${nameOf(event.target)} began after ${Duration.format(event.timeToFirstPart)}`
    case "text-delta":
      return `  ${JSON.stringify(event.text)}`
    case "reasoning-delta":
      return `  (thinking) ${JSON.stringify(event.text)}`
    case "tool-call":
      return `  calls ${event.name}(${JSON.stringify(event.params)})`
    case "attempt-failed":
      return `✖ #${event.attempt} ${event.error.message} (${Duration.format(event.duration)})`
    case "retry-scheduled":
      return `⏳ waiting ${Duration.format(event.delay)}${event.askedByProvider ? ", as the provider asked" : ""}`
    case "target-switched":
      return `↪ switching from ${nameOf(event.from)} to ${nameOf(event.to)}: ${event.cause}`
    case "plan-completed":
      return `✔ answered by ${nameOf(event.target)} (${event.finishReason}, ${attempts(event.attempts.length)}${event.usage.outputTokens === undefined ? "" : `, ${event.usage.outputTokens} tokens`})`
    case "plan-failed":
      return `✖ failed${event.partial ? " with an incomplete answer" : ""} after ${attempts(event.attempts.length)}: ${event.error.message}`
  }
}

const attempts = (count: number): string => (count === 1 ? "1 attempt" : `${count} attempts`)
