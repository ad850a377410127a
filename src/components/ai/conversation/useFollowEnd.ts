/** Keeps the end of a virtual list in sight while the reader is there, and leaves alone whoever has scrolled up. */
import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from "react"

/** How near the end is at the end, in pixels: positions on the screen are fractions. */
const tolerance = 4

export interface FollowEnd {
  /** Of the element that scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly isFollowing: boolean
  readonly follow: () => void
  readonly leave: () => void
  /** To be called with every change of the place or of the list's height. */
  readonly onScroll: () => void
  readonly onResize: () => void
}

export const useFollowEnd = (): FollowEnd => {
  const scroller = useRef<HTMLDivElement>(null)
  const [isFollowing, setIsFollowing] = useState(true)
  const following = useRef(true)
  const place = useRef(0)

  const set = useCallback((value: boolean) => {
    following.current = value
    setIsFollowing(value)
  }, [])

  const toEnd = useCallback(() => {
    const element = scroller.current
    if (element === null) return
    element.scrollTo({ top: element.scrollHeight, behavior: "instant" })
    place.current = element.scrollTop
  }, [])

  const follow = useCallback(() => {
    set(true)
    toEnd()
  }, [set, toEnd])

  const onScroll = useCallback(() => {
    const element = scroller.current
    if (element === null) return
    const isAtEnd = element.scrollHeight - element.clientHeight - element.scrollTop <= tolerance
    // What grows below moves nothing; only the reader goes up.
    const hasGoneUp = element.scrollTop < place.current - 1
    place.current = element.scrollTop
    if (isAtEnd) set(true)
    else if (hasGoneUp) set(false)
  }, [set])

  const onResize = useCallback(() => {
    if (following.current) toEnd()
  }, [toEnd])

  useLayoutEffect(toEnd, [toEnd])
  return { scroller, isFollowing, follow, leave: useCallback(() => set(false), [set]), onScroll, onResize }
}
