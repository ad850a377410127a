/** A function that keeps its identity and calls the newest version of `callback`: for memoised children. */
import { useCallback, useLayoutEffect, useRef } from "react"

export const useStable = <Arguments extends ReadonlyArray<unknown>, Result>(
  callback: (...args: Arguments) => Result,
): ((...args: Arguments) => Result) => {
  const newest = useRef(callback)
  useLayoutEffect(() => {
    newest.current = callback
  })
  return useCallback((...args: Arguments) => newest.current(...args), [])
}
