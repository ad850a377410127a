/** Calls `callback`, which must keep its identity, when one of the page's shortcuts is pressed. */
import { useEffect } from "react"
import { isMac } from "./platform"
import { shortcutOf, type Shortcut } from "./shortcuts"

export const useShortcuts = (callback: (shortcut: Shortcut) => void) => {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event, isMac)
      if (shortcut === undefined || event.defaultPrevented) return
      event.preventDefault()
      callback(shortcut)
    }
    window.addEventListener("keydown", onKeyDown)
    return () => window.removeEventListener("keydown", onKeyDown)
  }, [callback])
}
