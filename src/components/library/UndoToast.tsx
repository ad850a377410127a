/** Tells for a while that a chat was deleted, and takes it back. */
import { useEffect, useState } from "react"
import type { Library } from "@/hooks/conversations/library"
import { cx } from "../ui/cx"

const shownMillis = 10_000

/** In characters; two lines of the toast at most. */
const maxLength = 36

const shortened = (title: string): string => {
  const characters = [...title]
  return characters.length <= maxLength
    ? title
    : `${characters
        .slice(0, maxLength - 1)
        .join("")
        .trimEnd()}…`
}

const Toast = (props: {
  readonly title: string
  readonly onUndo: () => void
  readonly onForget: () => void
}) => {
  const { onForget } = props
  const [isPointed, setIsPointed] = useState(false)
  const [isFocused, setIsFocused] = useState(false)
  const isHeld = isPointed || isFocused

  useEffect(() => {
    if (isHeld) return
    const timer = setTimeout(onForget, shownMillis)
    return () => clearTimeout(timer)
  }, [isHeld, onForget])

  return (
    <div
      onPointerEnter={() => setIsPointed(true)}
      onPointerLeave={() => setIsPointed(false)}
      onFocus={() => setIsFocused(true)}
      onBlur={() => setIsFocused(false)}
      className="animate-appear bg-ink text-canvas shadow-raised flex items-center gap-2 rounded-xl py-1.5 pr-1.5 pl-3.5 text-[0.8125rem]"
    >
      <p className="min-w-0 flex-1 leading-5 wrap-anywhere">“{shortened(props.title)}” deleted</p>
      <button
        type="button"
        onClick={props.onUndo}
        className="outline-canvas hover:bg-canvas/15 h-8 shrink-0 rounded-lg px-2.5 font-semibold underline-offset-2 hover:underline focus-visible:-outline-offset-2"
      >
        Undo
      </button>
    </div>
  )
}

export const UndoToast = (props: { readonly library: Library; readonly className: string }) => {
  const { removed, undoRemove, forgetRemoved } = props.library
  const undo = (id: string) => {
    undoRemove()
    // The button that has the focus goes away; the chat comes back with the next drawing.
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`[data-chat="${CSS.escape(id)}"]`)?.focus(),
    )
  }
  return (
    // There before its words, or they are not read aloud.
    <div aria-live="polite" className={cx("empty:hidden", props.className)}>
      {removed !== undefined && (
        <Toast
          key={removed.id}
          title={removed.title}
          onUndo={() => undo(removed.id)}
          onForget={forgetRemoved}
        />
      )}
    </div>
  )
}
