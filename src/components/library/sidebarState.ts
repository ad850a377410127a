/** Whether the list of chats is folded to a rail, which is remembered, and whether it lies over a narrow page. */
import { create } from "zustand"

const storageKey = "commander.sidebar"

const wasFolded = (): boolean => {
  try {
    return localStorage.getItem(storageKey) === "folded"
  } catch {
    // Storage may be blocked; folding then lasts as long as the page.
    return false
  }
}

interface SidebarState {
  /** On a wide page. */
  readonly isFolded: boolean
  /** On a narrow page. */
  readonly isDrawerOpen: boolean
  readonly fold: (isFolded: boolean) => void
  readonly openDrawer: (isOpen: boolean) => void
}

export const useSidebar = create<SidebarState>()((set) => ({
  isFolded: wasFolded(),
  isDrawerOpen: false,
  fold: (isFolded) => {
    set({ isFolded })
    try {
      if (isFolded) localStorage.setItem(storageKey, "folded")
      else localStorage.removeItem(storageKey)
    } catch {
      // As above.
    }
  },
  openDrawer: (isDrawerOpen) => set({ isDrawerOpen }),
}))
