/**
 * The chats, beside the one that is open: a column that can be folded, a drawer on a narrow page (opened by
 * `SidebarTrigger`); with the dialogs and shortcuts that concern all chats.
 */
import PanelLeftClose from "lucide-react/icons/panel-left-close"
import X from "lucide-react/icons/x"
import * as Dialog from "radix-ui/dialog"
import { useEffect, useRef, useState, type ReactNode } from "react"
import type { Library } from "@/hooks/conversations/library"
import { IconButton } from "../ui/IconButton"
import { useStable } from "../ui/useStable"
import { loadLater, useLater } from "./later"
import type { DialogName } from "./LibraryDialog"
import type { Shortcut } from "./shortcuts"
import type { SidebarActions } from "./sidebarActions"
import { SidebarBody } from "./SidebarBody"
import { SidebarRail } from "./SidebarRail"
import { useSidebar } from "./sidebarState"
import { UndoToast } from "./UndoToast"
import { useIsNarrow } from "./useIsNarrow"
import { useShortcuts } from "./useShortcuts"

export const Sidebar = (props: {
  readonly library: Library
  /** The chat that is open; absent for a new one. */
  readonly activeId: string | undefined
  /** Shows a chat, and where `messageId` is given, that message of it. */
  readonly onOpen: (id: string, messageId?: string) => void
  readonly onNew: () => void
}) => {
  const { library, activeId } = props
  const { isFolded, isDrawerOpen, fold, openDrawer } = useSidebar()
  const isNarrow = useIsNarrow()
  const [dialog, setDialog] = useState<DialogName>()
  const opener = useRef<Element>(null)
  /** Folding takes the focus along; the first drawing of the page does not. */
  const [hasFolded, setHasFolded] = useState(false)

  const { LibraryDialog } = useLater()
  // With every dialog once more, for a page that was drawn on a bad line.
  useEffect(() => void loadLater(), [dialog])

  const show = (next: DialogName | undefined) => {
    if (dialog === undefined) opener.current = document.activeElement
    setDialog(next)
  }
  // One dialog may have led to another: the focus goes back to where it was before the first.
  useEffect(() => {
    if (dialog === undefined && opener.current instanceof HTMLElement) opener.current.focus()
  }, [dialog])

  const leave = () => openDrawer(false)
  const actions: SidebarActions = {
    newChat: () => {
      leave()
      props.onNew()
    },
    open: (id, messageId) => {
      leave()
      props.onOpen(id, messageId)
    },
    remove: (id) => {
      library.remove(id)
      if (id === activeId) props.onNew()
    },
    search: () => show("search"),
    import: () => show("import"),
    usage: () => show("usage"),
  }
  const setFolded = (isFolded: boolean) => {
    setHasFolded(true)
    fold(isFolded)
  }
  useShortcuts(
    useStable((shortcut: Shortcut) => {
      if (shortcut === "new-chat") actions.newChat()
      else show(dialog === "search" ? undefined : "search")
    }),
  )

  const body = (button: ReactNode) => (
    <SidebarBody library={library} activeId={activeId} actions={actions} close={button} />
  )
  return (
    <>
      {!isNarrow && (
        <nav
          aria-label="Chats"
          className={`border-line bg-sunken shrink-0 border-r ${isFolded ? "w-13" : "w-68"}`}
        >
          {isFolded ? (
            <SidebarRail
              isFocused={hasFolded}
              onUnfold={() => setFolded(false)}
              onNewChat={actions.newChat}
              onSearch={actions.search}
            />
          ) : (
            body(
              <IconButton
                label="Fold the chats away"
                autoFocus={hasFolded}
                aria-expanded
                onClick={() => setFolded(true)}
              >
                <PanelLeftClose className="size-[1.125rem]" />
              </IconButton>,
            )
          )}
        </nav>
      )}
      {isNarrow && (
        <Dialog.Root open={isDrawerOpen} onOpenChange={openDrawer}>
          <Dialog.Portal>
            <Dialog.Overlay className="fixed inset-0 z-40 bg-black/35" />
            <Dialog.Content
              aria-describedby={undefined}
              // In a field it ends what is done there.
              onEscapeKeyDown={(event) => {
                if (event.target instanceof HTMLInputElement) event.preventDefault()
              }}
              className="bg-sunken transition-[translate,opacity] duration-150 starting:-translate-x-3 starting:opacity-0 border-line shadow-raised fixed inset-y-0 left-0 z-40 w-[min(20rem,86vw)] border-r outline-none"
            >
              <Dialog.Title className="sr-only">Chats</Dialog.Title>
              <nav aria-label="Chats" className="h-full">
                {body(
                  <Dialog.Close asChild>
                    <IconButton label="Close">
                      <X className="size-[1.125rem]" />
                    </IconButton>
                  </Dialog.Close>,
                )}
              </nav>
            </Dialog.Content>
          </Dialog.Portal>
        </Dialog.Root>
      )}
      {(isNarrow ? !isDrawerOpen : isFolded) && (
        <UndoToast
          library={library}
          className="fixed top-16 left-4 z-30 w-[min(22rem,calc(100vw-2rem))] md:left-17"
        />
      )}
      {dialog !== undefined && LibraryDialog !== undefined && (
        <LibraryDialog name={dialog} library={library} actions={actions} onClose={() => show(undefined)} />
      )}
    </>
  )
}
