/**
 * Time that passes only when nothing is left to do: then it jumps to the next sleeper. Hours take as long as what happens
 * in them, and the same program does the same things in the same order every time.
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Scheduler from "effect/Scheduler"

/** Nothing is left to do, nobody sleeps, and the program has not ended: it waits for something outside of it. */
export class NothingHappens extends Data.TaggedError("NothingHappens")<{ readonly message: string }> {}

export const defaults = {
  /** Between two of them the process looks after everything else, so that it can be stopped. */
  tasksAtOnce: 1_000,
}

/** From the time 0. The program must wait for nothing but its own fibers and its clock. */
export const inVirtualTime = <A, E, R>(
  program: Effect.Effect<A, E, R>,
): Effect.Effect<A, E | NothingHappens, R> =>
  Effect.gen(function* () {
    const tasks = makeTasks()
    const clock = makeClock()
    // Detached: when this is interrupted nobody runs the program's tasks any more, so that it could never end.
    const fiber = yield* Effect.forkDetach(program).pipe(
      Effect.provideService(Clock.Clock, clock),
      Effect.provideService(Scheduler.Scheduler, tasks.scheduler),
    )
    while (fiber.pollUnsafe() === undefined) {
      for (let done = 0; done < defaults.tasksAtOnce && fiber.pollUnsafe() === undefined; done += 1) {
        if (!tasks.runNext() && !clock.wakeNext()) {
          return yield* new NothingHappens({
            message: "the simulation waits for something that cannot happen",
          })
        }
      }
      yield* Effect.yieldNow
    }
    return yield* Fiber.join(fiber)
  })

interface Tasks {
  readonly scheduler: Scheduler.Scheduler
  /** False when there is none. */
  readonly runNext: () => boolean
}

/** What the fibers have to do next, in the order in which they asked for it. */
const makeTasks = (): Tasks => {
  let queue: Array<() => void> = []
  let position = 0
  return {
    scheduler: new Scheduler.MixedScheduler("async", (run) => {
      let isCancelled = false
      queue.push(() => {
        if (!isCancelled) run()
      })
      return () => {
        isCancelled = true
      }
    }),
    runNext: () => {
      const task = queue[position]
      if (task === undefined) return false
      position += 1
      if (position === queue.length) {
        queue = []
        position = 0
      }
      task()
      return true
    },
  }
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
  isGone: boolean
}

interface VirtualClock extends Clock.Clock {
  /** Goes to the time of the earliest sleeper and wakes it; false when nobody sleeps. */
  readonly wakeNext: () => boolean
}

const makeClock = (): VirtualClock => {
  let now = 0
  /** The latest first, so that the earliest is taken from the end; of the same time, the last that came first. */
  const sleepers: Array<Sleeper> = []
  const nanos = (): bigint => BigInt(Math.round(now * 1_000_000))

  return {
    currentTimeMillisUnsafe: () => now,
    currentTimeMillis: Effect.sync(() => now),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: nanos,
    monotonicTimeNanos: Effect.sync(nanos),
    sleep: (duration) => {
      const millis = Duration.toMillis(duration)
      if (millis <= 0) return Effect.void
      if (!Number.isFinite(millis)) return Effect.never
      return Effect.callback<void>((resume) => {
        const sleeper: Sleeper = { at: now + millis, wake: () => resume(Effect.void), isGone: false }
        sleepers.splice(placeFor(sleeper, sleepers), 0, sleeper)
        return Effect.sync(() => {
          sleeper.isGone = true
        })
      })
    },
    wakeNext: () => {
      for (;;) {
        const sleeper = sleepers.pop()
        if (sleeper === undefined) return false
        if (sleeper.isGone) continue
        now = sleeper.at
        sleeper.wake()
        return true
      }
    },
  }
}

/** Before all that wake at the same time or earlier. */
const placeFor = ({ at }: Sleeper, sleepers: ReadonlyArray<Sleeper>): number => {
  let low = 0
  let high = sleepers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sleepers[middle]?.at ?? 0) > at) low = middle + 1
    else high = middle
  }
  return low
}
