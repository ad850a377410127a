/** A button that shows a choice and opens the list to make another. */
import ChevronDown from "lucide-react/icons/chevron-down"
import * as Popover from "radix-ui/popover"
import { useState, type ReactNode } from "react"

export const Picker = (props: {
  readonly label: string
  readonly value: ReactNode
  readonly className?: string
  /** The list; `close` is to be called when something was chosen. */
  readonly children: (close: () => void) => ReactNode
}) => {
  const [open, setOpen] = useState(false)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        role="combobox"
        aria-label={props.label}
        className={`hover:bg-hover data-[state=open]:bg-hover inline-flex h-9 min-w-0 items-center gap-1.5 rounded-lg px-2 text-[0.8125rem] transition-colors sm:px-2.5 ${props.className ?? ""}`}
      >
        {props.value}
        <ChevronDown aria-hidden="true" className="text-muted size-3.5 shrink-0" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={`${props.label}s`}
          className="animate-appear border-line bg-raised shadow-raised z-50 w-72 max-w-[calc(100vw-1rem)] overflow-hidden rounded-xl border"
        >
          {props.children(() => setOpen(false))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
