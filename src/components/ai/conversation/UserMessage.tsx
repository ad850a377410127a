/** What the user wrote. A very long text is folded, so that it neither hides the answer nor slows the page. */
import { memo, useState } from "react"
import type { UserMessageView } from "@/hooks/ai/chatState"
import { formatCount } from "../../ui/format"

const foldedLength = 1_600
const foldedLines = 24

const fold = (text: string): string => text.split("\n", foldedLines).join("\n").slice(0, foldedLength)

export const UserMessage = memo(({ message }: { readonly message: UserMessageView }) => {
  const [open, setOpen] = useState(false)
  const folded = fold(message.text)
  const long = folded.length < message.text.length
  return (
    <article aria-label="Your message" className="flex justify-end">
      <div className="bg-accent-soft max-w-[85%] rounded-2xl rounded-br-md px-4 py-2.5">
        <h2 className="sr-only">You</h2>
        <p className="leading-relaxed wrap-anywhere whitespace-pre-wrap">
          {long && !open ? `${folded.trimEnd()}…` : message.text}
        </p>
        {long && (
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="text-accent mt-1 rounded text-[0.8125rem] font-medium underline-offset-2 hover:underline"
          >
            {open ? "Show less" : `Show all ${formatCount(message.text.length)} characters`}
          </button>
        )}
      </div>
    </article>
  )
})
