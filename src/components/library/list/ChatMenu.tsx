/** What can be done with a chat. */
import Download from "lucide-react/icons/download"
import Ellipsis from "lucide-react/icons/ellipsis"
import FileText from "lucide-react/icons/file-text"
import Pencil from "lucide-react/icons/pencil"
import Pin from "lucide-react/icons/pin"
import PinOff from "lucide-react/icons/pin-off"
import Trash2 from "lucide-react/icons/trash-2"
import * as DropdownMenu from "radix-ui/dropdown-menu"
import { useRef, useState, type ReactNode } from "react"
import type { ChatEntry } from "@/hooks/conversations/library"
import { cx } from "../../ui/cx"
import { IconButton } from "../../ui/IconButton"
import type { ChatActions } from "./chatActions"

const itemLook =
  "flex min-h-8 cursor-pointer items-center gap-2.5 rounded-lg px-2.5 text-[0.8125rem] outline-none select-none data-[highlighted]:bg-hover pointer-coarse:min-h-10"
const iconLook = "text-muted size-3.5 shrink-0"

const Item = (props: {
  readonly icon: ReactNode
  readonly words: string
  readonly keys?: string
  readonly onSelect: () => void
}) => (
  <DropdownMenu.Item className={itemLook} onSelect={props.onSelect}>
    {props.icon}
    {props.words}
    {props.keys !== undefined && (
      <kbd aria-hidden="true" className="text-muted ml-auto pl-4 font-sans text-xs">
        {props.keys}
      </kbd>
    )}
  </DropdownMenu.Item>
)

const ExportItem = (props: {
  readonly icon: ReactNode
  readonly words: string
  readonly address: string
}) => (
  <DropdownMenu.Item asChild className={itemLook}>
    <a href={props.address} download>
      {props.icon}
      {props.words}
    </a>
  </DropdownMenu.Item>
)

export const ChatMenu = (props: {
  readonly chat: ChatEntry
  readonly actions: ChatActions
  readonly isTabStop: boolean
  readonly className?: string
}) => {
  const { chat, actions } = props
  const trigger = useRef<HTMLButtonElement>(null)
  /** The list scrolls and would cut the menu off; outside of the landmark nobody looks for it. */
  const [landmark, setLandmark] = useState<HTMLElement | null>(null)
  return (
    // Not modal: the page beside it stays as it is, and the next click does what it says.
    <DropdownMenu.Root
      modal={false}
      onOpenChange={() => setLandmark(trigger.current?.closest("nav") ?? null)}
    >
      <DropdownMenu.Trigger asChild>
        <IconButton
          ref={trigger}
          label={`Actions for ${chat.title}`}
          tabIndex={props.isTabStop ? 0 : -1}
          className={cx("size-7 rounded-md", props.className)}
        >
          <Ellipsis className="size-4" />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={landmark}>
        <DropdownMenu.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="animate-appear border-line bg-raised shadow-raised z-50 w-52 rounded-xl border p-1"
        >
          <Item
            icon={<Pencil className={iconLook} />}
            words="Rename"
            keys="F2"
            onSelect={() => actions.startRename(chat.id)}
          />
          <Item
            icon={chat.pinned ? <PinOff className={iconLook} /> : <Pin className={iconLook} />}
            words={chat.pinned ? "Unpin" : "Pin"}
            onSelect={() => actions.setPinned(chat.id, !chat.pinned)}
          />
          <DropdownMenu.Separator className="bg-line mx-2.5 my-1 h-px" />
          <ExportItem
            icon={<FileText className={iconLook} />}
            words="Export as Markdown"
            address={actions.exportAddress(chat.id, "markdown")}
          />
          <ExportItem
            icon={<Download className={iconLook} />}
            words="Export as JSON"
            address={actions.exportAddress(chat.id, "json")}
          />
          <DropdownMenu.Separator className="bg-line mx-2.5 my-1 h-px" />
          <DropdownMenu.Item className={cx(itemLook, "text-bad")} onSelect={() => actions.remove(chat.id)}>
            <Trash2 className="size-3.5 shrink-0" />
            Delete
            <kbd aria-hidden="true" className="text-muted ml-auto pl-4 font-sans text-xs">
              Del
            </kbd>
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
