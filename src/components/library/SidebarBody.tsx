/** The list of chats with what is over and under it. */
import Search from "lucide-react/icons/search"
import SquarePen from "lucide-react/icons/square-pen"
import type { ReactNode } from "react"
import type { Library } from "@/hooks/conversations/library"
import { Logo } from "../ui/Logo"
import { ChatList } from "./list/ChatList"
import { isMac } from "./platform"
import { keysOf } from "./shortcuts"
import type { SidebarActions } from "./sidebarActions"
import { SidebarFoot } from "./SidebarFoot"
import { UndoToast } from "./UndoToast"

const Keys = ({ children }: { readonly children: string }) => (
  <kbd aria-hidden="true" className="text-muted ml-auto font-sans text-[0.6875rem] pointer-coarse:hidden">
    {children}
  </kbd>
)

/** Widths of the lines that stand for chats that are being looked for. */
const placeholders = ["70%", "52%", "84%", "60%", "44%", "76%"]

const Chats = (props: {
  readonly library: Library
  readonly activeId: string | undefined
  readonly actions: SidebarActions
}) => {
  const { library, actions } = props
  if (library.chats.length > 0)
    return (
      <ChatList library={library} activeId={props.activeId} onOpen={actions.open} onRemove={actions.remove} />
    )
  switch (library.state.status) {
    case "loading":
      return (
        <div className="flex flex-1 flex-col gap-4.5 px-4.5 pt-6">
          <p className="sr-only">Looking for chats…</p>
          {placeholders.map((width) => (
            <div key={width} style={{ width }} className="bg-hover animate-breathe h-3 rounded-full" />
          ))}
        </div>
      )
    case "failed":
      return (
        <p className="text-bad flex-1 px-4.5 pt-5 text-[0.8125rem] wrap-anywhere">{library.state.sentence}</p>
      )
    case "ready":
      return (
        <p className="text-muted flex-1 px-4.5 pt-5 text-[0.8125rem]">
          No chats yet. What you ask is kept here.
        </p>
      )
  }
}

export const SidebarBody = (props: {
  readonly library: Library
  readonly activeId: string | undefined
  readonly actions: SidebarActions
  /** Folds or closes the list. */
  readonly close: ReactNode
}) => {
  const { library, actions } = props
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex h-14 shrink-0 items-center gap-2.5 pr-2 pl-4">
        <Logo />
        <span className="text-[0.9375rem] font-semibold tracking-[-0.01em]">Commander</span>
        <div className="ml-auto">{props.close}</div>
      </div>
      <div className="flex shrink-0 flex-col gap-0.5 px-2 pb-1">
        <button
          type="button"
          onClick={actions.newChat}
          className="hover:bg-hover flex h-9 items-center gap-2.5 rounded-lg px-2.5 text-[0.8125rem] font-medium transition-colors"
        >
          <SquarePen className="text-accent size-4 shrink-0" />
          New chat
          <Keys>{keysOf("new-chat", isMac)}</Keys>
        </button>
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={actions.search}
          className="hover:bg-hover flex h-9 items-center gap-2.5 rounded-lg px-2.5 text-[0.8125rem] font-medium transition-colors"
        >
          <Search className="text-muted size-4 shrink-0" />
          Search
          <Keys>{keysOf("search", isMac)}</Keys>
        </button>
      </div>
      <h2 className="sr-only">Chats</h2>
      <Chats library={library} activeId={props.activeId} actions={actions} />
      <UndoToast library={library} className="px-2 pb-2" />
      <SidebarFoot
        exportAddress={library.exportAddress(undefined, "json")}
        onImport={actions.import}
        onUsage={actions.usage}
      />
    </div>
  )
}
