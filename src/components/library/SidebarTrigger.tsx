/** Opens the list of chats on a narrow page; belongs to the header of what is beside the list. */
import Menu from "lucide-react/icons/menu"
import { useEffect, useRef } from "react"
import { IconButton } from "../ui/IconButton"
import { useSidebar } from "./sidebarState"

export const SidebarTrigger = () => {
  const { isDrawerOpen, openDrawer } = useSidebar()
  const button = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(false)

  useEffect(() => {
    if (wasOpen.current && !isDrawerOpen) button.current?.focus()
    wasOpen.current = isDrawerOpen
  }, [isDrawerOpen])

  return (
    <IconButton
      ref={button}
      label="Chats"
      aria-haspopup="dialog"
      aria-expanded={isDrawerOpen}
      onClick={() => openDrawer(true)}
      className="md:hidden"
    >
      <Menu className="size-[1.125rem]" />
    </IconButton>
  )
}
