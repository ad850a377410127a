/** What the pane does with questions: asks, asks again, edits. Everything keeps its identity while an answer streams. */
import { useMemo, useRef, useState, type RefObject } from "react"
import type { AgentChat, Providers } from "@/hooks/ai/agentChat"
import { useStable } from "../ui/useStable"
import type { AnswerActions } from "./answer/actions"
import { focusUnlessTouched } from "./composer/Composer"
import type { QuestionActions } from "./conversation/questionActions"

export interface Turns {
  readonly composer: RefObject<HTMLTextAreaElement | null>
  /** The question that is being edited. */
  readonly editing: string | undefined
  readonly editLast: () => void
  /** How often the user has asked. */
  readonly asked: number
  readonly send: (text: string) => void
  readonly answers: AnswerActions
  readonly questions: QuestionActions
}

export const useTurns = (chat: AgentChat, providers: Providers): Turns => {
  const [editing, setEditing] = useState<string>()
  const [asked, setAsked] = useState(0)
  const composer = useRef<HTMLTextAreaElement>(null)

  const endEdit = () => {
    setEditing(undefined)
    focusUnlessTouched(composer.current)
  }
  const asking =
    <Arguments extends ReadonlyArray<string>>(ask: (...args: Arguments) => void) =>
    (...args: Arguments): void => {
      ask(...args)
      endEdit()
      setAsked(asked + 1)
    }
  const send = useStable(asking(chat.sendMessage))
  const regenerate = useStable(asking(chat.regenerate))
  const save = useStable((messageId: string, text: string) => {
    // While another answer is being written nothing is asked: the edited text stays where it is.
    if (!chat.isRunning) asking(chat.edit)(messageId, text)
  })
  const cancel = useStable(endEdit)
  const select = useStable(chat.selectBranch)
  const continueAnswer = useStable(chat.continueAnswer)
  const saveKey = useStable(providers.saveKey)
  const editLast = useStable(() => {
    const question = chat.messages.findLast(({ role }) => role === "user")
    if (!chat.isRunning) setEditing(question?.id)
  })
  return {
    composer,
    editing,
    editLast,
    asked,
    send,
    answers: useMemo(() => ({ regenerate, continueAnswer, saveKey }), [regenerate, continueAnswer, saveKey]),
    questions: useMemo(() => ({ edit: setEditing, save, cancel, select }), [save, cancel, select]),
  }
}
