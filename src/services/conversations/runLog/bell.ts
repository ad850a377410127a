/** Wakes those who wait for something to change. */
import * as Effect from "effect/Effect"

export interface Bell {
  readonly ring: () => void
  /** Returns once it is so; asked again at every ring. */
  readonly until: (isSo: () => boolean) => Effect.Effect<void>
}

export const makeBell = (): Bell => {
  let waiting = new Set<() => void>()
  const ring = (): void => {
    if (waiting.size === 0) return
    const woken = waiting
    waiting = new Set()
    for (const wake of woken) wake()
  }
  // Asked where the waiting begins, so that nothing can happen between the question and the wait.
  const until = (isSo: () => boolean): Effect.Effect<void> =>
    Effect.callback((resume) => {
      const wake = (): void => {
        if (isSo()) resume(Effect.void)
        else waiting.add(wake)
      }
      wake()
      return Effect.sync(() => waiting.delete(wake))
    })
  return { ring, until }
}
