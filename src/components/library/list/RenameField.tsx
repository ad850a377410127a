/** The title of a chat while it is changed: Enter or leaving saves, Esc does not. */
import { useRef, useState, type KeyboardEvent } from "react"

const maxLength = 200

export const RenameField = (props: {
  readonly title: string
  /** Called once; without a title when nothing is to be changed. */
  readonly onDone: (title: string | undefined) => void
}) => {
  const [text, setText] = useState(props.title)
  const isDone = useRef(false)

  // Leaving the field is also what happens when it goes away.
  const done = (title: string | undefined) => {
    if (isDone.current) return
    isDone.current = true
    props.onDone(title === "" || title === props.title ? undefined : title)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation()
    if (event.nativeEvent.isComposing) return
    if (event.key === "Enter") done(text.trim())
    if (event.key !== "Escape") return
    // Esc would also stop the answer that is running.
    event.preventDefault()
    done(undefined)
  }

  return (
    <input
      autoFocus
      aria-label="Title of the chat"
      maxLength={maxLength}
      value={text}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={() => done(text.trim())}
      className="border-accent bg-surface h-8 w-full min-w-0 rounded-lg border px-2 text-base outline-none sm:text-[0.8125rem]"
    />
  )
}
