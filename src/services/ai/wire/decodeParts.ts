/** Events of a vendor's stream in, `effect/ai` parts out: the dialect's decoder under the rules every dialect shares. */
import type * as Response from "effect/ai/Response"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import { strictGuard, type Target } from "./strictGuard"
import type { AIProviderError } from "../core/AIProviderError"
import type { WireEvent } from "./eventStream"

export interface PartDecoder {
  /** Never throws: vendor input it does not know is skipped. */
  readonly push: (event: WireEvent) => ReadonlyArray<Response.StreamPartEncoded>
  /** `Finishing`: a finish reason came, only accounting may follow. `Finished`: the terminal event came. */
  readonly state: () => "Open" | "Finishing" | "Finished"
  /** The parts that close the answer; asked for once, and only when a finish reason came. */
  readonly close: () => ReadonlyArray<Response.StreamPartEncoded>
}

export const defaults = {
  /** How long to wait for the usage after the finish reason. */
  accountingGrace: Duration.seconds(2),
}

/**
 * Completes at the terminal event, at the end of the body after a finish reason, or two seconds after one. What goes
 * wrong after a finish reason is ignored; what goes wrong before it fails, and so does an end without one.
 */
export const decodeParts =
  (target: Target, makeDecoder: () => PartDecoder) =>
  <E, R>(
    events: Stream.Stream<WireEvent, E, R>,
  ): Stream.Stream<Response.StreamPartEncoded, E | AIProviderError, R> =>
    Stream.transformPull(events, (pull) =>
      Effect.sync(() => {
        const decoder = makeDecoder()
        let closed = false
        let graceEndsAt: number | undefined

        const close: Pull.Pull<Arr.NonEmptyReadonlyArray<Response.StreamPartEncoded>> = Effect.suspend(() => {
          closed = true
          const parts = decoder.state() === "Open" ? [] : decoder.close()
          return Arr.isReadonlyArrayNonEmpty(parts) ? Effect.succeed(parts) : Cause.done()
        })

        const read = Effect.suspend(() => {
          if (decoder.state() === "Open") return pull
          return Clock.currentTimeMillis.pipe(
            Effect.flatMap((now) => {
              graceEndsAt ??= now + Duration.toMillis(defaults.accountingGrace)
              return pull.pipe(
                Effect.timeoutOrElse({
                  duration: Duration.millis(graceEndsAt - now),
                  orElse: () => Cause.done(),
                }),
                Effect.catchCause(() => Cause.done()),
              )
            }),
          )
        })

        const next: Pull.Pull<
          Arr.NonEmptyReadonlyArray<Response.StreamPartEncoded>,
          E,
          void,
          R
        > = Effect.suspend(() => {
          if (closed) return Cause.done()
          if (decoder.state() === "Finished") return close
          return Pull.matchEffect(read, {
            onSuccess: (batch) => {
              const parts = batch.flatMap((event) => decoder.push(event))
              return Arr.isReadonlyArrayNonEmpty(parts) ? Effect.succeed(parts) : next
            },
            onFailure: Effect.failCause,
            onDone: () => close,
          })
        })
        return next
      }),
    ).pipe(strictGuard(target))
