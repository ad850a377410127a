/** A chat in the list. */
import type { MouseEvent } from "react"
import type { ChatEntry } from "@/hooks/conversations/library"
import { cx } from "../../ui/cx"
import { Spinner } from "../../ui/Spinner"
import type { ChatActions } from "./chatActions"
import { useLater } from "../later"
import { RenameField } from "./RenameField"

/** Other clicks are the browser's: in a new tab, in a new window, saved. */
const isPlainClick = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

export const ChatRow = (props: {
  readonly chat: ChatEntry
  readonly isActive: boolean
  /** The one row of the list that Tab leads to. */
  readonly isTabStop: boolean
  readonly isRenaming: boolean
  readonly actions: ChatActions
}) => {
  const { chat, isActive, isTabStop, actions } = props
  const { ChatMenu } = useLater()
  if (props.isRenaming) {
    return (
      <div className="px-2 py-px">
        <RenameField title={chat.title} onDone={(title) => actions.endRename(chat.id, title)} />
      </div>
    )
  }
  return (
    <div className="group relative px-2 py-px">
      <a
        href={`/c/${encodeURIComponent(chat.id)}`}
        title={chat.title}
        data-chat={chat.id}
        tabIndex={isTabStop ? 0 : -1}
        aria-current={isActive ? "page" : undefined}
        onClick={(event) => {
          if (!isPlainClick(event)) return
          event.preventDefault()
          actions.open(chat.id)
        }}
        className={cx(
          "flex h-8 items-center gap-2 rounded-lg pr-9 pl-2.5 text-[0.8125rem] outline-offset-[-2px] pointer-coarse:h-10",
          isActive
            ? "bg-accent-soft font-medium"
            : "group-hover:bg-hover group-has-[[data-state=open]]:bg-hover",
        )}
      >
        <span className="min-w-0 flex-1 truncate">{chat.title}</span>
        {chat.isRunning && (
          <>
            <Spinner className="text-accent shrink-0" />
            <span className="sr-only">(is being answered)</span>
          </>
        )}
      </a>
      {ChatMenu !== undefined && (
        <ChatMenu
          chat={chat}
          actions={actions}
          isTabStop={isTabStop}
          className="absolute top-1/2 right-2.5 -translate-y-1/2 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 data-[state=open]:opacity-100 pointer-coarse:opacity-100"
        />
      )}
    </div>
  )
}
