/** Where the user writes. Enter sends, Shift+Enter breaks the line, ↑ in an empty field edits the last message. */
import ArrowUp from "lucide-react/icons/arrow-up"
import Square from "lucide-react/icons/square"
import {
  memo,
  useId,
  useLayoutEffect,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  type SubmitEvent,
} from "react"
import { maxCharacters } from "@/hooks/ai/agentChat"
import { formatCount } from "../../ui/format"
import { fitHeight } from "../fitHeight"

const countFrom = 180_000

const roundButton =
  "bg-accent text-accent-ink hover:bg-accent-strong disabled:bg-hover disabled:text-muted inline-flex size-9 shrink-0 items-center justify-center rounded-xl transition-colors"

interface Props {
  readonly field: RefObject<HTMLTextAreaElement | null>
  /** The draft of the chat. */
  readonly text: string
  readonly onChange: (text: string) => void
  readonly isRunning: boolean
  /** Whether there is no chat to write in. */
  readonly isClosed: boolean
  /** Why nothing can be sent now. */
  readonly blocked: string | undefined
  readonly onEditLast: () => void
  readonly onSend: (text: string) => void
  readonly onStop: () => void
  /** Said below the field. */
  readonly hint: ReactNode
}

/** On a phone this would bring up the keyboard over the page. */
export const focusUnlessTouched = (field: HTMLTextAreaElement | null): void => {
  if (matchMedia("(pointer: fine)").matches) field?.focus()
}

export const Composer = memo((props: Props) => {
  const { text, field } = props
  const id = useId()

  useLayoutEffect(() => fitHeight(field.current), [text, field])
  useLayoutEffect(() => focusUnlessTouched(field.current), [field])

  const tooLong = text.length > maxCharacters
  const problem = tooLong
    ? `This message has ${formatCount(text.length)} characters; ${formatCount(maxCharacters)} is the most that can be sent.`
    : props.blocked
  const sendable = !props.isRunning && problem === undefined && text.trim() !== ""

  const send = () => {
    if (sendable) props.onSend(text)
  }
  const stop = () => {
    props.onStop()
    field.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault()
      send()
    }
    if (event.key === "ArrowUp" && text === "") {
      event.preventDefault()
      props.onEditLast()
    }
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    send()
    field.current?.focus()
  }

  return (
    <form onSubmit={submit} className="mx-auto w-full max-w-[46rem] px-3 pb-3 sm:px-6 sm:pb-4">
      <div
        className={`bg-surface shadow-composer flex items-end gap-2 rounded-2xl border py-2 pr-2 pl-4 transition-colors ${tooLong ? "border-bad" : "border-line-strong focus-within:border-accent focus-within:ring-accent/15 focus-within:ring-2"}`}
      >
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label="Message"
          disabled={props.isClosed}
          aria-invalid={tooLong}
          aria-describedby={problem === undefined ? undefined : `${id}-problem`}
          placeholder="Ask anything"
          onChange={(event) => props.onChange(event.target.value)}
          onKeyDown={onKeyDown}
          className="max-h-[40vh] min-h-9 min-w-0 flex-1 resize-none bg-transparent py-1.5 text-base leading-6 outline-none sm:text-[0.9375rem]"
        />
        {props.isRunning ? (
          <button type="button" aria-label="Stop" title="Stop (Esc)" onClick={stop} className={roundButton}>
            <Square className="size-3 fill-current" />
          </button>
        ) : (
          <button
            type="submit"
            aria-label="Send"
            title="Send (Enter)"
            disabled={!sendable}
            className={roundButton}
          >
            <ArrowUp className="size-[1.125rem]" strokeWidth={2.25} />
          </button>
        )}
      </div>
      <div className="text-muted mt-2 flex min-h-4 justify-between gap-4 px-1 text-xs">
        {problem === undefined ? (
          <span>{props.hint}</span>
        ) : (
          <span id={`${id}-problem`} className={tooLong ? "text-bad" : "text-wait"}>
            {problem}
          </span>
        )}
        {text.length >= countFrom && !tooLong && (
          <span className="shrink-0 tabular-nums">
            {formatCount(text.length)} of {formatCount(maxCharacters)}
          </span>
        )}
      </div>
    </form>
  )
})
