/** Numbers as people read them. Durations come in milliseconds. */
const integers = new Intl.NumberFormat("en")

export const formatCount = (count: number): string => integers.format(count)

/** 12 ms, 0.4 s, 12.0 s, 2 min 5 s. */
export const formatDuration = (millis: number): string => {
  if (millis < 100) return `${Math.max(0, Math.round(millis))} ms`
  if (millis < 59_950) return `${(millis / 1_000).toFixed(1)} s`
  const seconds = Math.round(millis / 1_000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** Whole seconds, as clocks show them: 3 s, 1 min 5 s. */
export const formatSeconds = (seconds: number): string =>
  seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`

/** Facts side by side, without those that there are not. */
export const joined = (...facts: ReadonlyArray<string | undefined>): string =>
  facts.filter((fact) => fact !== undefined).join(" · ")

export const plural = (count: number, noun: string): string =>
  `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`
