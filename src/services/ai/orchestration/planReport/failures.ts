/** What every kind of failure leads to under a step: `verdict` and `nextMove` are asked, not repeated here. Pure. */
import * as Duration from "effect/Duration"
import { AIProviderError, type ProviderErrorReason } from "../../core/AIProviderError"
import type { AiPlan, AiPlanStep } from "../AiPlan"
import { nextMove, type Move } from "../nextMove"
import { limits, verdict } from "../verdict"

/** Before anything of the answer was shown. */
export interface FailureKind {
  readonly words: string
  readonly error: AIProviderError
}

const failing = (
  words: string,
  reason: ProviderErrorReason,
  retryAfter?: Duration.Duration,
): FailureKind => ({
  words,
  error: AIProviderError.of({
    provider: "any",
    reason,
    message: words,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }),
})

const short = limits.shortWait
const long = Duration.sum(limits.shortWait, Duration.seconds(1))

export const failureKinds: ReadonlyArray<FailureKind> = [
  failing("connection refused or reset; 500, 502, 504", "ConnectionFailed"),
  failing("503, 529: overloaded", "Overloaded"),
  failing("429 without a time", "RateLimited"),
  failing(`429 that asks for at most ${Duration.format(short)}`, "RateLimited", short),
  failing("429 that asks for longer", "RateLimited", long),
  failing("silence: no first part within its limit", "NoFirstPart"),
  failing("key refused; quota used up; model unknown", "InvalidKey"),
  failing("an empty answer", "EmptyAnswer"),
  failing("the conversation is too long for it", "ContextTooLong"),
  failing("the content is refused", "ContentRefused"),
  failing("the request is wrong (another 400)", "InvalidRequest"),
]

export interface Consequence {
  /** The most requests to the target that end in this way. */
  readonly requests: number
  /** `waited-out`: it asks for a long wait, which is waited for once, since nobody else is left. */
  readonly then: "next" | "larger-window" | "waited-out" | "stop"
}

/** @param place whether another target can be asked after it, and the time that a run has */
export const consequenceOf = (
  { error }: FailureKind,
  step: AiPlanStep,
  place: Pick<AiPlan, "deadline"> & { readonly isLast: boolean },
): Consequence => {
  const rulingAfter = (asked: number) =>
    verdict(error, { committed: false, sameReason: asked, onRefusal: step.onRefusal, phase: "answer" })
  const moveAfter = (asked: number): Move =>
    nextMove({
      error,
      ruling: rulingAfter(asked),
      step,
      asked,
      requestsLeft: Infinity,
      timeLeft: place.deadline,
      othersLeft: !place.isLast,
      hasWaitedOut: false,
      dice: 0.5,
    })
  let requests = 1
  let move = moveAfter(requests)
  while (move._tag === "Wait" && !move.isWaitedOut) {
    requests += 1
    move = moveAfter(requests)
  }
  if (move._tag === "Wait") return { requests, then: "waited-out" }
  if (move._tag === "Stop" || place.isLast) return { requests, then: "stop" }
  return { requests, then: rulingAfter(requests).then === "larger-window" ? "larger-window" : "next" }
}
