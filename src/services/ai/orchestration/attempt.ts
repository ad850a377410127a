/** One request to one target: hands its parts on as they come, within the limits of time, and says how it ended. */
import type * as Response from "effect/ai/Response"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import type { AiError } from "../core/AgentLanguageModel"
import { AIProviderError } from "../core/AIProviderError"
import { strictGuard } from "../wire/strictGuard"
import { nameOf, type PlanEventBody, type RunError, type Target, type Usage } from "./PlanEvent"
import { runErrorOf } from "./runErrorOf"

export interface AttemptOptions {
  readonly attempt: number
  readonly target: Target
  readonly parts: Stream.Stream<Response.StreamPartEncoded, AiError>
  /** Until the first visible part. */
  readonly firstPart: Duration.Duration
  /** Whether that limit is the run's deadline rather than the target's own. */
  readonly boundByDeadline: boolean
  /** Between parts, once the answer has begun. */
  readonly stall: Duration.Duration
  readonly emit: (events: ReadonlyArray<PlanEventBody>) => Effect.Effect<void>
}

interface Measures {
  readonly duration: Duration.Duration
  readonly timeToFirstPart: Duration.Duration | undefined
  /** Characters of text. */
  readonly emitted: number
}

export type Outcome = Measures &
  (
    | { readonly _tag: "Answered"; readonly finishReason: Response.FinishReason; readonly usage: Usage }
    | {
        readonly _tag: "Failed"
        readonly error: RunError
        readonly committed: boolean
        readonly usage: Usage
      }
  )

/** Never fails; interruption closes the provider's socket. */
export const runAttempt = (options: AttemptOptions): Effect.Effect<Outcome> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { attempt, target, emit } = options
      const startedAt = yield* Clock.currentTimeMillis
      const pull = yield* Stream.toPull(strictGuard(target)(options.parts))
      let firstPartAt: number | undefined
      let emitted = 0
      let hasContent = false
      let limitAt = startedAt + Duration.toMillis(options.firstPart)
      let progress: Progress = "none"

      const measures = Effect.map(Clock.currentTimeMillis, (now): Measures => ({
        duration: Duration.millis(now - startedAt),
        timeToFirstPart: firstPartAt === undefined ? undefined : Duration.millis(firstPartAt - startedAt),
        emitted,
      }))
      const failed = (error: RunError, usage: Usage = unknownUsage): Effect.Effect<Outcome> =>
        Effect.map(measures, (measured) => ({
          ...measured,
          _tag: "Failed" as const,
          error,
          committed: firstPartAt !== undefined,
          usage,
        }))

      for (;;) {
        const now = yield* Clock.currentTimeMillis
        const step = yield* Pull.matchEffect(
          Effect.timeoutOrElse(pull, {
            duration: Duration.millis(Math.max(0, limitAt - now)),
            orElse: () => Effect.fail(silence(options, progress)),
          }),
          {
            onSuccess: (parts) => Effect.succeed({ _tag: "Parts" as const, parts }),
            // A defect of a provider's code must not end the run: it is an error of this attempt.
            onFailure: (cause) =>
              Effect.succeed({ _tag: "Error" as const, error: runErrorOf(cause, target) }),
            onDone: () => Effect.die("a strict stream ended without a finish part"),
          },
        )
        if (step._tag === "Error") return yield* failed(step.error)

        const events = visible(step.parts)
        const finish = step.parts.find((part) => part.type === "finish")
        if (events.length > 0) {
          if (firstPartAt === undefined) {
            firstPartAt = yield* Clock.currentTimeMillis
            const timeToFirstPart = Duration.millis(firstPartAt - startedAt)
            yield* emit([{ type: "answer-started", attempt, target, timeToFirstPart }])
          }
          for (const event of events) {
            if (event.type === "text-delta") emitted += event.text.length
            if (event.type !== "reasoning-delta") hasContent = true
          }
          yield* emit(events)
        }
        if (finish !== undefined) {
          const usage = usageOf(finish.usage)
          if (finish.reason === "content-filter") return yield* failed(refused(target), usage)
          if (finish.reason === "stop" && !hasContent) return yield* failed(empty(target), usage)
          return { ...(yield* measures), _tag: "Answered", finishReason: finish.reason, usage }
        }
        // A consumer that is slow to take a part must not count as the provider's silence: the clock is read anew.
        if (step.parts.some(isProgress)) {
          progress = "begun"
          limitAt = (yield* Clock.currentTimeMillis) + Duration.toMillis(options.stall)
        } else if (progress === "none") progress = "headers"
      }
    }),
  )

const unknownUsage: Usage = { source: "unknown" }

/** Parts as events; neighbouring deltas of one read become one event. */
const visible = (parts: ReadonlyArray<Response.StreamPartEncoded>): ReadonlyArray<PlanEventBody> => {
  const events: Array<PlanEventBody> = []
  for (const part of parts) {
    if (part.type === "text-delta" || part.type === "reasoning-delta") {
      if (part.delta === "") continue
      const last = events.at(-1)
      if (last?.type === part.type && "text" in last) {
        events[events.length - 1] = { type: part.type, text: last.text + part.delta }
      } else events.push({ type: part.type, text: part.delta })
    } else if (part.type === "tool-call") {
      events.push({ type: "tool-call", id: part.id, name: part.name, params: part.params })
    }
  }
  return events
}

const isProgress = ({ type }: Response.StreamPartEncoded): boolean =>
  type === "text-delta" || type === "reasoning-delta" || type.startsWith("tool-")

/** How far an attempt has come: nothing, an answer's head, or parts of the answer (arguments of a tool call too). */
type Progress = "none" | "headers" | "begun"

const silence = (
  { target, firstPart, stall, boundByDeadline }: AttemptOptions,
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

const refused = (target: Target): AIProviderError =>
  AIProviderError.of({
    ...target,
    reason: "ContentRefused",
    message: `${target.provider}: the answer was stopped by the provider's content filter`,
  })

const empty = (target: Target): AIProviderError =>
  AIProviderError.of({ ...target, reason: "EmptyAnswer", message: `${target.provider} gave an empty answer` })

const usageOf = (usage: typeof Response.Usage.Encoded): Usage => {
  const inputTokens = usage.inputTokens.total
  const outputTokens = usage.outputTokens.total
  if (inputTokens === undefined && outputTokens === undefined) return unknownUsage
  return {
    source: "reported",
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
  }
}
