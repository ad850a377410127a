/** What the page has under way, by name: of one name only one thing at a time. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

export interface Tasks<R> {
  /** Interrupts what had that name. */
  readonly start: (name: string, effect: Effect.Effect<void, never, R>) => void
  /** Does nothing while something of that name is under way. */
  readonly keep: (name: string, effect: Effect.Effect<void, never, R>) => void
  readonly end: (name: string) => void
  /** Returns once nothing of that name is under way. */
  readonly ended: (name: string) => Effect.Effect<void>
}

/** What a `ManagedRuntime` has, and more. */
export interface Runtime<R> {
  readonly runFork: (effect: Effect.Effect<void, never, R>) => Fiber.Fiber<void>
}

export const makeTasks = <R>(runtime: Runtime<R>): Tasks<R> => {
  const fibers = new Map<string, Fiber.Fiber<void>>()

  const end = (name: string): void => {
    const fiber = fibers.get(name)
    if (fiber === undefined) return
    fibers.delete(name)
    runtime.runFork(Fiber.interrupt(fiber))
  }
  const start: Tasks<R>["start"] = (name, effect) => {
    end(name)
    const fiber = runtime.runFork(effect)
    fibers.set(name, fiber)
    fiber.addObserver(() => {
      if (fibers.get(name) === fiber) fibers.delete(name)
    })
  }
  return {
    start,
    keep: (name, effect) => {
      if (!fibers.has(name)) start(name, effect)
    },
    end,
    ended: (name) =>
      Effect.suspend(() => {
        const fiber = fibers.get(name)
        return fiber === undefined ? Effect.void : Effect.asVoid(Fiber.await(fiber))
      }),
  }
}
