/** A plan event as one line for a terminal. Pure. */
import * as Duration from "effect/Duration"
import { nameOf, type PlanEvent } from "@/services/ai/orchestration"
import { spendingOf, spendingOfRun } from "@/services/ai/orchestration/spending"

export const describeEvent = (event: PlanEvent): string => {
  switch (event.type) {
    case "plan-started":
      return `plan "${event.plan.name}" (${event.runId}): ${event.plan.steps.map(({ provider, model, attempts }) => `${provider}/${model ?? "default"} ×${attempts}`).join(", then ")}`
    case "step-skipped":
      return `○ ${event.provider} skipped: ${event.reason.message}${reopening(event)}`
    case "attempt-started":
      return `→ #${event.attempt} asking ${nameOf(event.target)}${purposes[event.purpose ?? "answer"]}`
    case "answer-started":
      return `● ${nameOf(event.target)} began after ${Duration.format(event.timeToFirstPart)}`
    case "answer-resumed":
      return `● ${nameOf(event.target)} ${event.mode === "fresh" ? "began anew" : "goes on"} after ${Duration.format(event.timeToFirstPart)} (${event.mode})`
    case "answer-discarded":
      return `⌫ the text so far is taken back: ${nameOf(event.target)} begins anew`
    case "text-delta":
      return `  ${JSON.stringify(event.text)}`
    case "reasoning-delta":
      return `  (thinking) ${JSON.stringify(event.text)}`
    case "tool-call":
      return `  calls ${event.name}(${JSON.stringify(event.params)})`
    case "attempt-failed":
      return `${isSuperseded(event) ? "○" : "✖"} #${event.attempt} ${event.error.message} (${listed(Duration.format(event.duration), spendingOf(event).cost)})`
    case "retry-scheduled":
      return `⏳ waiting ${Duration.format(event.delay)}${event.askedByProvider ? ", as the provider asked" : ""}`
    case "target-switched":
      return `↪ switching from ${nameOf(event.from)} to ${nameOf(event.to)}: ${event.cause}`
    case "plan-completed":
      return `✔ answered by ${nameOf(event.target)} (${listed(event.finishReason, ...figures(event))})`
    case "plan-failed":
      return `✖ failed${event.partial ? " with an incomplete answer" : ""} after ${listed(...figures(event))}: ${event.error.message}`
  }
}

type Of<Type extends PlanEvent["type"]> = Extract<PlanEvent, { readonly type: Type }>

const purposes = { answer: "", hedge: " as well", rescue: " to finish the answer" } as const

const isSuperseded = ({ error }: Of<"attempt-failed">): boolean =>
  error._tag === "AIProviderError" && error.reason === "Superseded"

const reopening = ({ at, reason: { reopensAt } }: Of<"step-skipped">): string =>
  reopensAt === undefined
    ? ""
    : `; can be asked again in ${Math.max(0, Math.ceil((reopensAt - at) / 1_000))}s`

/** Of the whole run: its requests, their tokens, their cost. */
const figures = (event: Of<"plan-completed" | "plan-failed">): ReadonlyArray<string | undefined> => {
  const count = event.attempts.length
  const { tokens, cost } = spendingOfRun(event)
  return [count === 1 ? "1 attempt" : `${count} attempts`, tokens, cost]
}

const listed = (...facts: ReadonlyArray<string | undefined>): string =>
  facts.filter((fact) => fact !== undefined).join(", ")
