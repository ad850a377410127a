/** One request to one target: hands its parts on as they come, within the limits of time, and says how it ended. */
import type * as Response from "effect/ai/Response"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Stream from "effect/Stream"
import type { AiError } from "../core/AgentLanguageModel"
import type { AIProviderError } from "../core/AIProviderError"
import { endedEarly, failureOf } from "../wire/strictGuard"
import type { Voice } from "./answerVoice"
import { empty, lost, refused, silence, timeIsUp, type Limits, type Progress } from "./attemptErrors"
import type { EventSink } from "./eventSink"
import type { PlanEventBody, RunError, Usage } from "./PlanEvent"
import { runErrorOf } from "./runErrorOf"

export interface AttemptOptions extends Limits {
  readonly parts: Stream.Stream<Response.StreamPartEncoded, AiError>
  /** When an answer must have begun, in milliseconds since the epoch: arguments of a tool call alone do not begin one. */
  readonly deadlineAt: number
  /** When the whole run must have ended, in milliseconds since the epoch. */
  readonly endsAt: number
  readonly voice: Voice
  /** The first part is there; false when another attempt was faster, so that this one ends. */
  readonly begin: (timeToFirstPart: Duration.Duration) => Effect.Effect<boolean>
  /** Completes when another attempt that runs beside this one was faster. */
  readonly superseded?: Effect.Effect<void>
  readonly handOn: EventSink["handOn"]
}

interface Measures {
  readonly duration: Duration.Duration
  readonly timeToFirstPart: Duration.Duration | undefined
  /** Characters of text that were handed on. */
  readonly emitted: number
  /** All that came, for counting its tokens: reasoning too, and what the consumer did not get. */
  readonly received: string
  /** As the provider reported it. */
  readonly usage: Usage | undefined
}

export type Outcome = Measures &
  (
    | { readonly _tag: "Answered"; readonly finishReason: Response.FinishReason }
    | {
        readonly _tag: "Failed"
        readonly error: RunError
        /** Whether its answer had begun. */
        readonly begun: boolean
      }
  )

/** Never fails; interruption closes the provider's socket. */
export const runAttempt = (options: AttemptOptions): Effect.Effect<Outcome> =>
  Effect.gen(function* () {
    const { target, voice, handOn } = options
    const clock = yield* Clock.Clock
    const startedAt = clock.currentTimeMillisUnsafe()
    const isReading = yield* Latch.make(true)
    let limitAt = startedAt + Duration.toMillis(options.firstPart)
    let progress: Progress = "none"
    let firstPartAt: number | undefined
    let finish: Finish | undefined
    let emitted = 0
    let received = ""
    /** Whether the consumer got more than thoughts: a rescuer that only repeats what was seen gave nothing. */
    let hasContent = false

    const measure = (): Measures => ({
      duration: Duration.millis(clock.currentTimeMillisUnsafe() - startedAt),
      timeToFirstPart: firstPartAt === undefined ? undefined : Duration.millis(firstPartAt - startedAt),
      emitted,
      received,
      usage: finish === undefined ? undefined : usageOf(finish.usage),
    })
    const failed = (error: RunError): Outcome => ({
      ...measure(),
      _tag: "Failed",
      error,
      begun: firstPartAt !== undefined,
    })

    const handOnEvents = (events: ReadonlyArray<PlanEventBody>): Effect.Effect<unknown> | undefined => {
      for (const event of events) {
        if (event.type === "text-delta") emitted += event.text.length
        hasContent ||= isContent(event)
      }
      return events.length === 0 ? undefined : handOn(events)
    }

    /** A consumer that is slow to take a part must not count as the provider's silence. */
    const unhurried = (waiting: Effect.Effect<unknown>): Effect.Effect<void> => {
      isReading.closeUnsafe()
      return Effect.map(waiting, () => {
        limitAt = clock.currentTimeMillisUnsafe() + Duration.toMillis(options.stall)
        isReading.openUnsafe()
      })
    }

    const pass = (events: ReadonlyArray<PlanEventBody>): Effect.Effect<void> => {
      const waiting = handOnEvents(voice.pass(events))
      return waiting === undefined ? Effect.void : unhurried(waiting)
    }

    const take = (parts: ReadonlyArray<Response.StreamPartEncoded>): Effect.Effect<void, AIProviderError> => {
      // Whatever follows a finish is ignored.
      if (finish !== undefined) return Effect.void
      const now = clock.currentTimeMillisUnsafe()
      let failure: AIProviderError | undefined
      let kept = 0
      if (progress === "none") progress = "headers"
      for (const part of parts) {
        if (part.type === "finish" || part.type === "error") {
          failure = failureOf(part, target)
          if (part.type === "finish" && failure === undefined) finish = part
          break
        }
        kept += 1
        if ("delta" in part) received += part.delta
        if (isProgress(part)) {
          progress = "begun"
          limitAt = now + Duration.toMillis(options.stall)
        }
      }
      const shown = show(kept === parts.length ? parts : parts.slice(0, kept), now)
      return failure === undefined ? shown : Effect.andThen(shown, Effect.fail(failure))
    }

    const show = (
      parts: ReadonlyArray<Response.StreamPartEncoded>,
      now: number,
    ): Effect.Effect<void, AIProviderError> => {
      const events = visible(parts)
      if (events.length === 0) return Effect.void
      if (firstPartAt !== undefined) return pass(events)
      const timeToFirstPart = Duration.millis(now - startedAt)
      return Effect.flatMap(options.begin(timeToFirstPart), (isFirst) => {
        if (!isFirst) return Effect.fail(lost(target))
        firstPartAt = now
        return pass(events)
      })
    }

    /** A consumer that takes nothing holds the answer up, but not beyond the longest time of the run. */
    const isFree = Effect.suspend(() => {
      const left = options.endsAt - clock.currentTimeMillisUnsafe()
      return Number.isFinite(left) ? Effect.timeoutOption(isReading.await, left) : isReading.await
    })

    const oneSilence = Math.max(1, Duration.toMillis(options.stall))
    /** Wakes when time may be up, not at every part. */
    const watch: Effect.Effect<AIProviderError | undefined> = Effect.gen(function* () {
      for (;;) {
        yield* isFree
        const now = clock.currentTimeMillisUnsafe()
        if (finish !== undefined && now >= limitAt) return undefined
        const isUnseen = firstPartAt === undefined && progress === "begun"
        const endsAt = isUnseen ? Math.min(options.deadlineAt, options.endsAt) : options.endsAt
        if (now >= endsAt) return timeIsUp(target)
        if (now >= limitAt) return silence(options, progress)
        // The first part may bring the limit forward, but by no less than one silence from then.
        yield* Effect.sleep(Duration.millis(Math.min(limitAt, endsAt, now + oneSilence) - now))
      }
    })

    const reading = options.parts.pipe(
      Stream.runForEachArray(take),
      Effect.as(undefined),
      // A defect of a provider's code must not end the run: it is an error of this attempt.
      Effect.catchCause((cause) => Effect.succeed(runErrorOf(cause, target))),
    )
    const { superseded } = options
    const error = yield* Effect.raceAllFirst([
      reading,
      watch,
      ...(superseded === undefined ? [] : [Effect.map(superseded, () => lost(target))]),
    ])
    if (error !== undefined) return failed(error)
    if (finish === undefined) return failed(endedEarly(target))
    const rest = handOnEvents(voice.end())
    if (rest !== undefined) yield* rest
    if (finish.reason === "content-filter") return failed(refused(target))
    const isEmpty =
      !hasContent && !voice.affirms() && (finish.reason === "stop" || finish.reason === "tool-calls")
    if (isEmpty) return failed(empty(target))
    // An answer that its limit ended before its first part begins with its end: it, too, may come too late.
    if (firstPartAt === undefined) {
      const now = clock.currentTimeMillisUnsafe()
      if (!(yield* options.begin(Duration.millis(now - startedAt)))) return failed(lost(target))
      firstPartAt = now
    }
    return { ...measure(), _tag: "Answered", finishReason: finish.reason }
  })

type Finish = Extract<Response.StreamPartEncoded, { readonly type: "finish" }>

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

const isContent = ({ type }: PlanEventBody): boolean => type !== "reasoning-delta"

const isProgress = ({ type }: Response.StreamPartEncoded): boolean =>
  type === "text-delta" || type === "reasoning-delta" || type.startsWith("tool-")

const usageOf = (usage: typeof Response.Usage.Encoded): Usage | undefined => {
  const inputTokens = usage.inputTokens.total
  const outputTokens = usage.outputTokens.total
  const cachedInputTokens = usage.inputTokens.cacheRead
  if (inputTokens === undefined && outputTokens === undefined) return undefined
  return {
    source: "reported",
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(cachedInputTokens === undefined ? {} : { cachedInputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
  }
}
