/** The list of chats while it is folded. */
import PanelLeftOpen from "lucide-react/icons/panel-left-open"
import Search from "lucide-react/icons/search"
import SquarePen from "lucide-react/icons/square-pen"
import { ThemeToggle } from "../theme/ThemeToggle"
import { IconButton } from "../ui/IconButton"
import { Logo } from "../ui/Logo"

const iconLook = "size-[1.125rem]"

export const SidebarRail = (props: {
  readonly onUnfold: () => void
  readonly onNewChat: () => void
  readonly onSearch: () => void
  readonly isFocused: boolean
}) => (
  <div className="flex h-full flex-col items-center gap-1">
    <div className="flex h-14 items-center">
      <Logo />
    </div>
    <IconButton
      label="Show the chats"
      autoFocus={props.isFocused}
      aria-expanded={false}
      onClick={props.onUnfold}
    >
      <PanelLeftOpen className={iconLook} />
    </IconButton>
    <IconButton label="New chat" onClick={props.onNewChat}>
      <SquarePen className={iconLook} />
    </IconButton>
    <IconButton label="Search" aria-haspopup="dialog" onClick={props.onSearch}>
      <Search className={iconLook} />
    </IconButton>
    <div className="mt-auto mb-1.5">
      <ThemeToggle />
    </div>
  </div>
)
