/** Small clocks that draw only themselves anew: elapsed time, time left, silence. */
import { useEffect, useRef, useState } from "react"
import { formatSeconds } from "../../ui/format"
import { useNow } from "../../ui/useNow"

/** Whole seconds since a moment, with `before` in front; nothing during the first `after` milliseconds. */
export const Elapsed = ({
  since,
  after = 2_000,
  before = "",
}: {
  readonly since: number
  readonly after?: number
  readonly before?: string
}) => {
  const elapsed = useNow(250) - since
  return elapsed < after ? null : `${before}${formatSeconds(Math.floor(elapsed / 1_000))}`
}

export const secondsLeft = (until: number, now: number): number =>
  Math.max(0, Math.ceil((until - now) / 1_000))

export const Countdown = ({ until }: { readonly until: number }) => (
  <>{formatSeconds(secondsLeft(until, useNow(250)))}</>
)

/** When a provider can be asked again; falls silent once it can. */
export const Reopening = ({ at }: { readonly at: number }) => {
  const left = secondsLeft(at, useNow(250))
  return left === 0 ? null : (
    <span className="tabular-nums"> · can be asked again in {formatSeconds(left)}</span>
  )
}

const silentAfterSeconds = 8

/** Says for how long nothing has come, once that is long. `progress` changes with everything that comes. */
export const Silence = ({ progress }: { readonly progress: number }) => {
  const newest = useRef(progress)
  const [silence, setSilence] = useState(0)
  useEffect(() => {
    newest.current = progress
  }, [progress])
  useEffect(() => {
    let heard = { progress: newest.current, at: Date.now() }
    const timer = setInterval(() => {
      if (newest.current !== heard.progress) heard = { progress: newest.current, at: Date.now() }
      setSilence(Math.floor((Date.now() - heard.at) / 1_000))
    }, 500)
    return () => clearInterval(timer)
  }, [])
  if (silence < silentAfterSeconds) return null
  return <span className="text-wait"> · no token for {formatSeconds(silence)}</span>
}
