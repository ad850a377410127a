/** What the user wrote, to be edited in place. A very long text is folded, so that it neither hides the answer nor slows the page. */
import Pencil from "lucide-react/icons/pencil"
import { memo, useState } from "react"
import type { UserMessageView } from "@/hooks/ai/chatState"
import type { Branches } from "@/hooks/conversations/chatTree"
import { formatCount } from "../../ui/format"
import { IconButton } from "../../ui/IconButton"
import { BranchSwitch } from "./BranchSwitch"
import type { QuestionActions } from "./questionActions"
import { QuestionEditor } from "./QuestionEditor"

const foldedLength = 1_600
const foldedLines = 24

const fold = (text: string): string => text.split("\n", foldedLines).join("\n").slice(0, foldedLength)

const Words = ({ text }: { readonly text: string }) => {
  const [open, setOpen] = useState(false)
  const folded = fold(text)
  const long = folded.length < text.length
  return (
    <div className="bg-accent-soft max-w-[85%] rounded-2xl rounded-br-md px-4 py-2.5">
      <p className="leading-relaxed wrap-anywhere whitespace-pre-wrap">
        {long && !open ? `${folded.trimEnd()}…` : text}
      </p>
      {long && (
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="text-accent mt-1 rounded text-[0.8125rem] font-medium underline-offset-2 hover:underline"
        >
          {open ? "Show less" : `Show all ${formatCount(text.length)} characters`}
        </button>
      )}
    </div>
  )
}

export const UserMessage = memo(
  (props: {
    readonly message: UserMessageView
    readonly branches: Branches | undefined
    readonly actions: QuestionActions
    readonly isEditing: boolean
    /** Whether it can be edited now. */
    readonly isEditable: boolean
  }) => {
    const { message, branches, actions } = props
    return (
      <article aria-label="Your message" className="group/question flex flex-col items-end gap-1">
        <h2 className="sr-only">You</h2>
        {props.isEditing ? (
          <QuestionEditor
            text={message.text}
            onSave={(text) => actions.save(message.id, text)}
            onCancel={actions.cancel}
          />
        ) : (
          <div className="flex w-full items-center justify-end gap-1">
            {props.isEditable && (
              <IconButton
                label="Edit"
                className="size-8 opacity-0 group-focus-within/question:opacity-100 group-hover/question:opacity-100 pointer-coarse:opacity-100"
                onClick={() => actions.edit(message.id)}
              >
                <Pencil className="size-[0.9375rem]" />
              </IconButton>
            )}
            <Words text={message.text} />
          </div>
        )}
        {branches !== undefined && <BranchSwitch branches={branches} onSelect={actions.select} />}
      </article>
    )
  },
)
