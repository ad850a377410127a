/** Calls `callback`, which must keep its identity, when Esc is pressed while `active`. */
import { useEffect } from "react"

export const useEscape = (active: boolean, callback: () => void) => {
  useEffect(() => {
    if (!active) return
    // A dialog or a menu that Esc closes has prevented the default.
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) callback()
    }
    window.addEventListener("keydown", onKeyDown)
    return () => window.removeEventListener("keydown", onKeyDown)
  }, [active, callback])
}
