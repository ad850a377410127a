/** Counts of the last minute, in buckets of a second. Pure; 61 buckets at most, however many requests there are. */

/** `first`: what callers asked for. The others are what we add to it. */
export type Kind = "first" | "retry" | "hedge"

export type Counts = Readonly<Record<Kind, number>>

/** Oldest first. */
export type SlidingMinute = ReadonlyArray<{ readonly second: number; readonly counts: Counts }>

/** A count stays until a whole minute has passed: up to one second longer, never less. */
const seconds = 60

const none: Counts = { first: 0, retry: 0, hedge: 0 }

/** @param second the present, in whole seconds since the epoch */
export const countsIn = (minute: SlidingMinute, second: number): Counts =>
  kept(minute, second).reduce(
    (sum, { counts }) => ({
      first: sum.first + counts.first,
      retry: sum.retry + counts.retry,
      hedge: sum.hedge + counts.hedge,
    }),
    none,
  )

export const countedOnce = (minute: SlidingMinute, kind: Kind, second: number): SlidingMinute => {
  const current = kept(minute, second)
  const last = current.at(-1)
  return last?.second === second
    ? [...current.slice(0, -1), { second, counts: { ...last.counts, [kind]: last.counts[kind] + 1 } }]
    : [...current, { second, counts: { ...none, [kind]: 1 } }]
}

const kept = (minute: SlidingMinute, now: number): SlidingMinute =>
  minute.filter(({ second }) => second >= now - seconds)
