/** One chat with whoever is preferred, over `ConversationService`: the server runs the answers, the page reads them. */
import { useEffect, useMemo, useState } from "react"
import { useStore } from "zustand"
import type { AskRequest } from "@/services/conversations/ConversationService"
import { chatMessages } from "../conversations/chatMessages"
import { branchesOf, branchTo } from "../conversations/chatTree"
import { newId } from "../conversations/newId"
import { emptyChat, hasFailed, isBeingWritten } from "../conversations/openChat"
import { usePage } from "../conversations/usePage"
import type { AgentChat } from "./agentChat"

export const defaults = {
  /** Sent only to models that take it. */
  temperature: 0.7,
}

export interface AgentChatOptions {
  readonly providerKey: string
  /** The provider's default when absent. */
  readonly modelName?: string | undefined
  /** A new chat when absent. */
  readonly conversationId?: string
  /** Called when the first question of a new chat is about to be asked. */
  readonly onBegin?: (conversationId: string) => void
}

export const useAgentChat = (options: AgentChatOptions): AgentChat => {
  const { providerKey, modelName, onBegin } = options
  const page = usePage()
  const [newChatId] = useState(() => page.store.getState().newChatId)
  const conversationId = options.conversationId ?? newChatId
  useEffect(() => page.look(conversationId), [page, conversationId])

  const isNew = useStore(page.store, (state) => state.newChatId === conversationId)
  const opened = useStore(page.store, ({ chats }) => chats.get(conversationId))
  const chat = useMemo(
    () => opened ?? emptyChat(conversationId, isNew ? "ready" : "loading"),
    [opened, conversationId, isNew],
  )
  const { asks, reading, leafId } = chat
  const branch = useMemo(() => branchTo(chat.messages, leafId), [chat.messages, leafId])
  const branches = useMemo(() => branchesOf(chat.messages, branch), [chat.messages, branch])
  const messages = useMemo(() => chatMessages(branch, { asks, reading }), [branch, asks, reading])

  const last = branch.at(-1)
  const unsent = last === undefined ? undefined : asks.get(last.id)
  const isUnsent = unsent !== undefined && hasFailed(unsent)
  const shown = messages.at(-1)
  const isRunning = shown?.role === "assistant" && shown.isRunning

  const ask = (questionId: string, question?: NonNullable<AskRequest["question"]>): void => {
    if (isNew) onBegin?.(conversationId)
    page.ask({
      runId: newId("run"),
      conversationId,
      questionId,
      ...(question === undefined ? {} : { question }),
      answerId: newId("message"),
      preferredProvider: { key: providerKey, ...(modelName === undefined ? {} : { modelName }) },
      options: { temperature: defaults.temperature },
    })
  }
  const askNew = (text: string, parentId: string | undefined): void =>
    ask(newId("message"), { text, ...(parentId === undefined ? {} : { parentId }) })

  return {
    conversationId,
    state: chat.state,
    reopen: () => page.reopen(conversationId),
    title: chat.title,
    usage: chat.usage,
    messages,
    branches,
    sendMessage: (text) => {
      if (!isRunning && !isUnsent && text.trim() !== "") askNew(text, last?.id)
    },
    stop: () => {
      if (isRunning && last !== undefined && isBeingWritten(last)) page.stop(last)
    },
    regenerate: () => {
      const question = branch.findLast(({ role }) => role === "user")
      if (isRunning || question === undefined) return
      if (isUnsent) page.ask(unsent.request)
      else ask(question.id)
    },
    edit: (messageId, text) => {
      const question = chat.messages.get(messageId)
      if (isRunning || question?.role !== "user" || text.trim() === "") return
      const never = [...asks.values()].find(
        ({ request }) => request.questionId === messageId && request.question !== undefined,
      )
      if (never !== undefined) page.discard(never)
      askNew(text, question.parentId)
    },
    selectBranch: (messageId) => page.selectBranch(conversationId, messageId),
    continueAnswer: (messageId) => page.resume(conversationId, messageId),
    draft: chat.draft,
    setDraft: (text) => page.write(conversationId, text),
    isRunning,
    isUnsent,
    problem: useStore(page.store, ({ problem }) => problem),
    dismissProblem: page.dismissProblem,
    currentProviderKey: providerKey,
    currentModelName: modelName,
  }
}
