/**
 * Where a run puts its events. The reader is resumed on the spot, without a turn of the scheduler, since this is the way of
 * every token; a reader that is slow slows the provider down.
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import { unknownTotals, type PlanEvent, type PlanEventBody, type Terminal } from "./PlanEvent"
import { runErrorOf } from "./runErrorOf"
import { unharmedBy } from "./telemetry"

export interface EventSink {
  readonly tell: (bodies: ReadonlyArray<PlanEventBody>) => Effect.Effect<void>
  /** The same for the path of every token: undefined when there was room, else what waits until there is. */
  readonly handOn: (bodies: ReadonlyArray<PlanEventBody>) => Effect.Effect<void> | undefined
}

/** How many events may lie unread before whoever tells more of them waits. */
const capacity = 64

type Read = Pull.Pull<Arr.NonEmptyReadonlyArray<PlanEvent>>

export interface Produce {
  readonly run: (sink: EventSink) => Effect.Effect<Terminal>
  /** What telemetry has to be told of an event; deltas are not shown to it. */
  readonly observe: (body: PlanEventBody) => Effect.Effect<void> | undefined
  /** Where a run goes on whose log holds events already. */
  readonly from?: { readonly sequence: number; readonly shown: boolean } | undefined
}

/**
 * The events in the order in which they were told, numbered from 0, or on from those before. Ends with the terminal one, which a run that dies gets
 * too: without it a text that was cut would look like a whole one.
 */
export const eventsOf = ({ run, observe, from }: Produce): Stream.Stream<PlanEvent> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      let sequence = from?.sequence ?? 0
      let shown = from?.shown ?? false
      let unread: Array<PlanEvent> = []
      let ending: Read | undefined
      let reader: ((read: Read) => void) | undefined
      let writers: Array<() => void> = []

      /** Undefined when there is nothing to read yet. */
      const read = (): Read | undefined => {
        if (!Arr.isArrayNonEmpty(unread)) return ending
        const events = unread
        unread = []
        const waiting = writers
        writers = []
        for (const resume of waiting) resume()
        return Effect.succeed(events)
      }

      const wakeReader = (): void => {
        const resume = reader
        if (resume === undefined) return
        const events = read()
        if (events === undefined) return
        reader = undefined
        resume(events)
      }

      const untilRead = Effect.callback<void>((resume) => {
        writers.push(() => resume(Effect.void))
      })

      const handOn: EventSink["handOn"] = (bodies) => {
        const at = clock.currentTimeMillisUnsafe()
        for (const body of bodies) {
          shown ||= body.type === "answer-started"
          unread.push(
            // The most frequent event by far: a copy of a known shape costs a third of a spread.
            body.type === "text-delta"
              ? { type: "text-delta", sequence, at, text: body.text }
              : { ...body, sequence, at },
          )
          sequence += 1
        }
        wakeReader()
        return unread.length < capacity ? undefined : untilRead
      }

      /** Telemetry first: a reader that has its terminal event leaves, and takes this fiber with it. */
      const tell: EventSink["tell"] = (bodies) => {
        const telling = Effect.suspend(() => handOn(bodies) ?? Effect.void)
        return bodies.reduceRight(
          (rest, body) =>
            Effect.andThen(
              unharmedBy(() => observe(body)),
              rest,
            ),
          telling,
        )
      }

      const ended = Effect.sync(() => {
        ending = Cause.done()
        wakeReader()
      })
      const whole = run({ handOn, tell }).pipe(
        Effect.catchCause((cause) => Effect.succeed(broken(cause, shown))),
        Effect.flatMap((terminal) => tell([terminal])),
        Effect.andThen(ended),
      )
      yield* Effect.forkScoped(whole)
      const untilTold: Read = Effect.callback((resume) => {
        reader = resume
        // A reader that stops waiting may come back: what is told meanwhile stays unread until then.
        return Effect.sync(() => {
          if (reader === resume) reader = undefined
        })
      })
      return Stream.fromPull(Effect.succeed(Effect.suspend(() => read() ?? untilTold)))
    }),
  )

/** A defect of ours: the run ends with it, and so does what was shown. */
const broken = (cause: Cause.Cause<never>, partial: boolean): Terminal => ({
  type: "plan-failed",
  error: runErrorOf(cause, { provider: "commander" }),
  attempts: [],
  totals: unknownTotals,
  partial,
})
