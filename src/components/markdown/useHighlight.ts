/** The coloured lines of a growing code block; undefined until its grammar is loaded, or when there is none. */
import { useEffect, useMemo, useState } from "react"
import type { Highlight, HighlightedLine } from "./highlighter"

export const useHighlight = (options: {
  readonly code: string
  readonly fence: string
  readonly isGrowing: boolean
}): ReadonlyArray<HighlightedLine> | undefined => {
  const { code, fence, isGrowing } = options
  const [loaded, setLoaded] = useState<{ readonly highlight: Highlight | undefined }>()

  useEffect(() => {
    let wanted = true
    import("./highlighter")
      .then(({ makeHighlight }) => makeHighlight(fence))
      .then(
        (highlight) => wanted && setLoaded({ highlight }),
        // Without its grammar, which may be out of reach, code stays plain.
        () => wanted && setLoaded(undefined),
      )
    return () => {
      wanted = false
    }
  }, [fence])

  return useMemo(() => loaded?.highlight?.(code, isGrowing), [loaded, code, isGrowing])
}
