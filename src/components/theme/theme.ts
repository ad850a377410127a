/** Light or dark: the system's until the user chooses otherwise; the choice is remembered. */
import { useSyncExternalStore } from "react"

export type Theme = "light" | "dark"

const storageKey = "commander.theme"
const systemIsDark = matchMedia("(prefers-color-scheme: dark)")
const listeners = new Set<() => void>()

const systemTheme = (): Theme => (systemIsDark.matches ? "dark" : "light")

const stored = (): Theme | undefined => {
  try {
    const value = localStorage.getItem(storageKey)
    return value === "light" || value === "dark" ? value : undefined
  } catch {
    // Storage may be blocked; the choice then lasts as long as the page.
    return undefined
  }
}

let chosen = stored()

const apply = () => {
  if (chosen === undefined) delete document.documentElement.dataset["theme"]
  else document.documentElement.dataset["theme"] = chosen
}

/** Before the first paint, so that the page does not flash in the other theme. */
export const startTheme = apply

/** Choosing what the system has anyway follows the system again. */
export const chooseTheme = (theme: Theme) => {
  chosen = theme === systemTheme() ? undefined : theme
  try {
    if (chosen === undefined) localStorage.removeItem(storageKey)
    else localStorage.setItem(storageKey, chosen)
  } catch {
    // As above.
  }
  apply()
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  systemIsDark.addEventListener("change", listener)
  return () => {
    listeners.delete(listener)
    systemIsDark.removeEventListener("change", listener)
  }
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, () => chosen ?? systemTheme())
