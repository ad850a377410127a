/**
 * What the page can do without while it is drawn for the first time. Not with `lazy`, which may show a part late: what is
 * typed after ⌘K belongs into the palette, not into the chat.
 */
import { create } from "zustand"
import type { ChatMenu } from "./list/ChatMenu"
import type { LibraryDialog } from "./LibraryDialog"

interface Later {
  readonly ChatMenu?: typeof ChatMenu
  readonly LibraryDialog?: typeof LibraryDialog
}

export const useLater = create<Later>()(() => ({}))

export const loadLater = async (): Promise<void> => {
  const [{ ChatMenu }, { LibraryDialog }] = await Promise.all([
    import("./list/ChatMenu"),
    import("./LibraryDialog"),
  ])
  useLater.setState({ ChatMenu, LibraryDialog })
}
