/** A dialog with a title: in the middle of a wide page, at the bottom of a narrow one. */
import X from "lucide-react/icons/x"
import * as Dialog from "radix-ui/dialog"
import type { ReactNode } from "react"
import { IconButton } from "./IconButton"

export const DialogFrame = (props: {
  readonly title: string
  readonly description: ReactNode
  readonly onClose: () => void
  /** Only its own buttons close it: not a click beside it, nor Esc. */
  readonly isHeld?: boolean
  readonly children: ReactNode
}) => {
  const hold = (event: Event) => {
    if (props.isHeld === true) event.preventDefault()
  }
  return (
    <Dialog.Root open onOpenChange={props.onClose}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/35" />
        <Dialog.Content
          onEscapeKeyDown={hold}
          onInteractOutside={hold}
          className="animate-appear bg-raised shadow-raised border-line fixed inset-x-0 bottom-0 z-50 mx-auto flex max-h-[88dvh] w-full max-w-[37.5rem] flex-col overflow-hidden rounded-t-2xl border outline-none sm:top-[8dvh] sm:bottom-auto sm:max-h-[84dvh] sm:rounded-2xl"
        >
          <div className="border-line flex items-start justify-between gap-4 border-b py-4 pr-3 pl-5">
            <div>
              <Dialog.Title className="text-[1.0625rem] font-semibold tracking-[-0.01em]">
                {props.title}
              </Dialog.Title>
              <Dialog.Description className="text-muted mt-0.5 text-[0.8125rem]">
                {props.description}
              </Dialog.Description>
            </div>
            {props.isHeld !== true && (
              <Dialog.Close asChild>
                <IconButton label="Close">
                  <X className="size-[1.125rem]" />
                </IconButton>
              </Dialog.Close>
            )}
          </div>
          <div className="min-h-0 overflow-y-auto">{props.children}</div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
