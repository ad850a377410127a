/** The messages. Follows the stream only while the reader is at its end. */
import ArrowDown from "lucide-react/icons/arrow-down"
import { useEffect } from "react"
import { useStickToBottom } from "use-stick-to-bottom"
import type { ChatMessageView } from "@/hooks/ai/chatState"
import type { AnswerActions } from "../answer/actions"
import { Answer } from "../answer/Answer"
import { UserMessage } from "./UserMessage"

const prefersStillness = matchMedia("(prefers-reduced-motion: reduce)")

export const Conversation = (props: {
  readonly messages: ReadonlyArray<ChatMessageView>
  readonly actions: AnswerActions | undefined
}) => {
  const { messages } = props
  const { scrollRef, contentRef, isAtBottom, scrollToBottom } = useStickToBottom({
    initial: "instant",
    resize: prefersStillness.matches ? "instant" : "smooth",
  })

  const asked = messages.findLast(({ role }) => role === "user")?.id
  useEffect(() => {
    if (asked !== undefined) void scrollToBottom({ animation: "instant" })
  }, [asked, scrollToBottom])

  const last = messages.at(-1)
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scrollRef}
        role="region"
        aria-label="Conversation"
        tabIndex={0}
        className="h-full overflow-y-auto overscroll-contain -outline-offset-2"
      >
        <div
          ref={contentRef}
          className="mx-auto flex min-h-full w-full max-w-[46rem] flex-col gap-8 px-4 pt-6 pb-8 sm:px-6"
        >
          {messages.map((message) =>
            message.role === "user" ? (
              <UserMessage key={message.id} message={message} />
            ) : (
              <Answer
                key={message.id}
                answer={message}
                actions={message === last ? props.actions : undefined}
              />
            ),
          )}
        </div>
      </div>
      {!isAtBottom && (
        <button
          type="button"
          onClick={() => void scrollToBottom()}
          className="animate-appear border-line bg-raised shadow-raised hover:bg-hover absolute bottom-3 left-1/2 inline-flex h-8 -translate-x-1/2 items-center gap-1.5 rounded-full border px-3.5 text-[0.8125rem] font-medium"
        >
          <ArrowDown className="size-3.5" />
          Jump to latest
        </button>
      )}
    </div>
  )
}
