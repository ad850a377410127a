/** Finds chats by any of their words, and does what has no place of its own on the screen. */
import { Command } from "cmdk"
import ChartNoAxesColumn from "lucide-react/icons/chart-no-axes-column"
import Download from "lucide-react/icons/download"
import MessageSquare from "lucide-react/icons/message-square"
import Search from "lucide-react/icons/search"
import SquarePen from "lucide-react/icons/square-pen"
import SunMoon from "lucide-react/icons/sun-moon"
import Upload from "lucide-react/icons/upload"
import * as Dialog from "radix-ui/dialog"
import { useState, type ReactNode } from "react"
import type { Library } from "@/hooks/conversations/library"
import { chooseTheme, useTheme } from "../../theme/theme"
import { Spinner } from "../../ui/Spinner"
import type { SidebarActions } from "../sidebarActions"
import { matching, type Command as CommandEntry } from "./commands"
import { FoundItem } from "./FoundItem"
import { iconLook, itemLook } from "./itemLook"
import { hitsOf, useSearch } from "./useSearch"
import { formatWhen } from "./when"

/** How many of the latest chats are offered before anything is typed. */
const recentChats = 6

const groupLook =
  "[&_[cmdk-group-heading]]:text-muted p-1.5 [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-1.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium"

const icons: Readonly<Record<CommandEntry["id"], ReactNode>> = {
  newChat: <SquarePen className={iconLook} />,
  import: <Upload className={iconLook} />,
  export: <Download className={iconLook} />,
  usage: <ChartNoAxesColumn className={iconLook} />,
  theme: <SunMoon className={iconLook} />,
}

export const SearchPalette = (props: {
  readonly library: Library
  readonly actions: SidebarActions
  readonly onClose: () => void
}) => {
  const { library, actions, onClose } = props
  const [text, setText] = useState("")
  const [now] = useState(() => Date.now())
  const theme = useTheme()
  const search = useSearch(library.search, text)
  const hits = hitsOf(search)
  const found = matching(text)

  const open = (id: string, messageId?: string) => {
    onClose()
    actions.open(id, messageId)
  }
  const run = (id: CommandEntry["id"]) => {
    if (id === "theme") return chooseTheme(theme === "dark" ? "light" : "dark")
    onClose()
    if (id === "export") download(library.exportAddress(undefined, "json"))
    else actions[id]()
  }

  return (
    <Dialog.Root open onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/35" />
        <Dialog.Content
          aria-describedby={undefined}
          className="animate-appear bg-raised shadow-raised border-line fixed inset-x-2 top-2 z-50 mx-auto max-w-[38rem] overflow-hidden rounded-2xl border outline-none sm:top-[12dvh]"
        >
          <Dialog.Title className="sr-only">Search chats and commands</Dialog.Title>
          <Command label="Search chats and commands" shouldFilter={false} vimBindings={false} loop>
            <div className="border-line flex items-center gap-3 border-b px-4.5">
              {search.status === "searching" ? (
                <Spinner className="text-accent size-4 shrink-0" />
              ) : (
                <Search className="text-muted size-4 shrink-0" />
              )}
              <Command.Input
                value={text}
                onValueChange={setText}
                maxLength={500}
                placeholder="Search all chats"
                className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none"
              />
            </div>
            <Command.List
              label="Chats and commands"
              className="max-h-[min(28rem,70dvh)] overflow-y-auto overscroll-contain"
            >
              {hits.length > 0 && (
                <Command.Group heading="Found in chats" className={groupLook}>
                  {hits.map((hit) => (
                    <FoundItem
                      key={`${hit.conversationId} ${hit.messageId ?? ""}`}
                      hit={hit}
                      now={now}
                      onSelect={() => open(hit.conversationId, hit.messageId)}
                    />
                  ))}
                </Command.Group>
              )}
              {search.status === "idle" && library.chats.length > 0 && (
                <Command.Group heading="Recent chats" className={groupLook}>
                  {library.chats
                    .toSorted((a, b) => b.updatedAt - a.updatedAt)
                    .slice(0, recentChats)
                    .map((chat) => (
                      <Command.Item
                        key={chat.id}
                        value={`chat ${chat.id}`}
                        onSelect={() => open(chat.id)}
                        className={itemLook}
                      >
                        <MessageSquare className={iconLook} />
                        <span className="min-w-0 flex-1 truncate">{chat.title}</span>
                        <span className="text-muted shrink-0 text-xs leading-5">
                          {formatWhen(chat.updatedAt, now)}
                        </span>
                      </Command.Item>
                    ))}
                </Command.Group>
              )}
              {found.length > 0 && (
                <Command.Group heading="Commands" className={groupLook}>
                  {found.map(({ id, words }) => (
                    <Command.Item key={id} value={id} onSelect={() => run(id)} className={itemLook}>
                      {icons[id]}
                      {words}
                    </Command.Item>
                  ))}
                </Command.Group>
              )}
            </Command.List>
          </Command>
          <p
            role="status"
            className="text-muted px-4.5 pt-1 pb-4 text-[0.8125rem] wrap-anywhere empty:hidden"
          >
            {search.status === "found" && hits.length === 0 && `No chat contains “${text.trim()}”.`}
            {search.status === "failed" && <span className="text-bad">{search.sentence}</span>}
          </p>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const download = (address: string): void => {
  const link = document.createElement("a")
  link.href = address
  link.download = ""
  link.click()
}
