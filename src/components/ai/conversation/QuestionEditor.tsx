/** Asks a question differently, where it stands. Enter asks, Shift+Enter breaks the line, Esc leaves it as it was. */
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from "react"
import { maxCharacters } from "@/hooks/ai/agentChat"
import { Button } from "../../ui/Button"
import { fitHeight } from "../fitHeight"

export const QuestionEditor = (props: {
  readonly text: string
  readonly onSave: (text: string) => void
  readonly onCancel: () => void
}) => {
  const { onCancel } = props
  const [text, setText] = useState(props.text)
  const field = useRef<HTMLTextAreaElement>(null)
  const sendable = text.trim() !== "" && text.length <= maxCharacters

  useLayoutEffect(() => fitHeight(field.current), [text])
  useLayoutEffect(() => {
    const element = field.current
    element?.focus()
    element?.setSelectionRange(element.value.length, element.value.length)
  }, [])

  const save = () => {
    if (sendable) props.onSave(text)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault()
      save()
    }
    if (event.key === "Escape") {
      event.preventDefault()
      onCancel()
    }
  }
  return (
    <div className="border-line-strong bg-surface focus-within:border-accent w-full rounded-2xl border p-2">
      <textarea
        ref={field}
        rows={1}
        value={text}
        aria-label="Edit your message"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        className="max-h-[40vh] w-full resize-none bg-transparent px-2 py-1.5 text-base leading-6 outline-none sm:text-[0.9375rem]"
      />
      <div className="flex justify-end gap-2">
        <Button weight="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button weight="primary" disabled={!sendable} onClick={save}>
          Ask again
        </Button>
      </div>
    </div>
  )
}
