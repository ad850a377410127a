/** The messages; only those in sight are drawn, so that a long chat is as quick as a short one. */
import ArrowDown from "lucide-react/icons/arrow-down"
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react"
import { Virtualizer, type VirtualizerHandle } from "virtua"
import type { ChatMessageView } from "@/hooks/ai/chatState"
import type { Branches } from "@/hooks/conversations/chatTree"
import type { AnswerActions } from "../answer/actions"
import { Answer } from "../answer/Answer"
import type { QuestionActions } from "./questionActions"
import { useFollowEnd } from "./useFollowEnd"
import { UserMessage } from "./UserMessage"

interface RowProps {
  readonly message: ChatMessageView
  readonly branches: Branches | undefined
  readonly questions: QuestionActions
  readonly isEditing: boolean
  readonly isEditable: boolean
  /** Of the last answer, once it has ended. */
  readonly actions: AnswerActions | undefined
  /** Whether the reader was sent to it. */
  readonly isSought: boolean
}

const Row = memo(({ message, branches, questions, isEditing, isEditable, actions, isSought }: RowProps) => (
  <div className={`mx-auto w-full max-w-[46rem] px-4 pt-6 pb-2 sm:px-6 ${isSought ? "animate-sought" : ""}`}>
    {message.role === "user" ? (
      <UserMessage
        message={message}
        branches={branches}
        actions={questions}
        isEditing={isEditing}
        isEditable={isEditable}
      />
    ) : (
      <Answer
        answer={message.view()}
        branches={branches}
        onSelectBranch={questions.select}
        actions={actions}
      />
    )}
  </div>
))

/** As long as it takes `animate-sought`. */
const soughtMillis = 2_400

interface Props {
  readonly messages: ReadonlyArray<ChatMessageView>
  readonly branches: ReadonlyMap<string, Branches>
  readonly questions: QuestionActions
  readonly editing: string | undefined
  /** Absent while an answer runs. */
  readonly actions: AnswerActions | undefined
  /** How often the user has asked: they want to see what comes of it. */
  readonly asked: number
  /** The message to go to. */
  readonly sought: string | undefined
  /** Called once it was shown for long enough to be seen; keeps its identity. */
  readonly onFound: () => void
}

export const Conversation = (props: Props) => {
  const { messages, branches, editing, sought, asked, onFound } = props
  const list = useRef<VirtualizerHandle>(null)
  const { scroller, isFollowing, follow, leave, onScroll, onResize } = useFollowEnd()

  useLayoutEffect(() => {
    if (asked > 0) follow()
  }, [asked, follow])

  const soughtPlace = messages.findIndex(({ id }) => id === sought)
  useEffect(() => {
    if (soughtPlace === -1) return
    leave()
    list.current?.scrollToIndex(soughtPlace, { align: "center" })
    const timer = setTimeout(onFound, soughtMillis)
    return () => clearTimeout(timer)
  }, [soughtPlace, leave, onFound])

  const editedPlace = messages.findIndex(({ id }) => id === editing)
  useEffect(() => {
    if (editedPlace !== -1) list.current?.scrollToIndex(editedPlace, { align: "nearest" })
  }, [editedPlace])

  const last = messages.at(-1)
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="region"
        aria-label="Conversation"
        tabIndex={0}
        className="h-full overflow-y-auto overscroll-contain pb-6 -outline-offset-2 [overflow-anchor:none]"
      >
        <Virtualizer
          ref={list}
          scrollRef={scroller}
          onScroll={onScroll}
          onResize={onResize}
          {...(editedPlace === -1 ? {} : { keepMounted: [editedPlace] })}
        >
          {messages.map((message) => (
            <Row
              key={message.id}
              message={message}
              branches={branches.get(message.id)}
              questions={props.questions}
              isEditing={message.id === editing}
              isEditable={props.actions !== undefined}
              actions={message === last ? props.actions : undefined}
              isSought={message.id === sought}
            />
          ))}
        </Virtualizer>
      </div>
      {!isFollowing && <JumpToLatest count={messages.length} onClick={follow} />}
    </div>
  )
}

/** It appears when the reader leaves the end: what comes after that is new. */
const JumpToLatest = ({ count, onClick }: { readonly count: number; readonly onClick: () => void }) => {
  const [seen] = useState(count)
  return (
    <button
      type="button"
      onClick={onClick}
      className="animate-appear border-line bg-raised shadow-raised hover:bg-hover absolute bottom-3 left-1/2 inline-flex h-8 -translate-x-1/2 items-center gap-1.5 rounded-full border px-3.5 text-[0.8125rem] font-medium"
    >
      <ArrowDown className="size-3.5" />
      {count > seen ? `${count - seen} new` : "Jump to latest"}
    </button>
  )
}
