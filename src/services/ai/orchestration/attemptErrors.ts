/** How an attempt fails where its provider did not say so: silence, time that is up, an answer that is none. Pure. */
import * as Duration from "effect/Duration"
import { AIProviderError } from "../core/AIProviderError"
import { nameOf, type RunError, type Target } from "./PlanEvent"

export interface Limits {
  readonly target: Target
  /** Until the first visible part. */
  readonly firstPart: Duration.Duration
  /** Whether that limit is the run's deadline rather than the target's own. */
  readonly boundByDeadline: boolean
  /** Between parts, once the answer has begun. */
  readonly stall: Duration.Duration
}

/** How far an attempt has come: nothing, an answer's head, or parts of the answer (arguments of a tool call too). */
export type Progress = "none" | "headers" | "begun"

export const silence = (
  { target, firstPart, stall, boundByDeadline }: Limits,
  progress: Progress,
): AIProviderError => {
  const name = nameOf(target)
  if (progress === "begun") {
    return AIProviderError.of({
      ...target,
      reason: "Stalled",
      message: `${name} fell silent for ${Duration.format(stall)}`,
    })
  }
  const what = progress === "headers" ? "sent nothing of its answer" : "did not answer"
  return AIProviderError.of({
    ...target,
    reason: boundByDeadline ? "DeadlineExceeded" : "NoFirstPart",
    message: `${name} ${what} within ${Duration.format(firstPart)}${boundByDeadline ? ", when the time for this answer was used up" : ""}`,
  })
}

export const timeIsUp = (target: Target): AIProviderError =>
  AIProviderError.of({
    ...target,
    reason: "DeadlineExceeded",
    message: `${nameOf(target)} was still answering when the longest time that the plan allows was used up`,
  })

export const lost = (target: Target): AIProviderError =>
  AIProviderError.of({
    ...target,
    reason: "Superseded",
    message: `${nameOf(target)} was not needed: another target began first`,
  })

export const isSuperseded = (error: RunError): boolean =>
  error._tag === "AIProviderError" && error.reason === "Superseded"

/** Its provider did nothing wrong. */
export const interrupted = (target: Target): AIProviderError =>
  AIProviderError.of({
    ...target,
    reason: "Interrupted",
    message: `Commander stopped while ${nameOf(target)} was answering`,
  })

export const isInterrupted = (error: RunError): boolean =>
  error._tag === "AIProviderError" && error.reason === "Interrupted"

export const refused = (target: Target): AIProviderError =>
  AIProviderError.of({
    ...target,
    reason: "ContentRefused",
    message: `${target.provider}: the answer was stopped by the provider's content filter`,
  })

export const empty = (target: Target): AIProviderError =>
  AIProviderError.of({ ...target, reason: "EmptyAnswer", message: `${target.provider} gave an empty answer` })
