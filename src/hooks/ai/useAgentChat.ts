/** A conversation with whoever is preferred, over `ChatOrchestratorService` alone. */
import { useCallback, useEffect, useReducer, useRef } from "react"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { ChatOrchestratorService, type ChatRequest } from "@/services/ai/orchestration/ChatOrchestratorTag"
import type { AgentChat } from "./agentChat"
import { newAnswer } from "./answerReducer"
import { conversationReducer, toChatMessages, untilLastQuestion, type Messages } from "./conversationReducer"
import { useAgentRuntime } from "./runtime"

export const defaults = {
  /** Sent only to models that take it. */
  temperature: 0.7,
}

export interface AgentChatOptions {
  readonly providerKey: string
  /** The provider's default when absent. */
  readonly modelName?: string | undefined
}

export const useAgentChat = ({ providerKey, modelName }: AgentChatOptions): AgentChat => {
  const runtime = useAgentRuntime()
  const [messages, dispatch] = useReducer(conversationReducer, [])
  const running = useRef<{ readonly answerId: string; readonly fiber: Fiber.Fiber<void> } | undefined>(
    undefined,
  )
  const nextId = useRef(0)
  const isRunning = isOpen(messages)

  const run = useCallback(
    (answerId: string, conversation: Messages) => {
      const request: ChatRequest = {
        messages: toChatMessages(conversation),
        preferredProvider: { key: providerKey, ...(modelName === undefined ? {} : { modelName }) },
        options: { temperature: defaults.temperature },
      }
      const fiber = runtime.runFork(
        ChatOrchestratorService.pipe(
          Effect.flatMap(({ runPlan }) =>
            Stream.runForEachArray(runPlan(request), (events) =>
              Effect.sync(() => dispatch({ type: "events", answerId, events })),
            ),
          ),
        ),
      )
      running.current = { answerId, fiber }
    },
    [runtime, providerKey, modelName],
  )

  const freshAnswer = useCallback(() => {
    const askedFor = { provider: providerKey, ...(modelName === undefined ? {} : { model: modelName }) }
    return newAnswer(`answer-${nextId.current++}`, askedFor, Date.now())
  }, [providerKey, modelName])

  const sendMessage = useCallback(
    (text: string) => {
      if (isRunning || text.trim() === "") return
      const question = { role: "user" as const, id: `question-${nextId.current++}`, text }
      const answer = freshAnswer()
      dispatch({ type: "asked", question, answer })
      run(answer.id, [...messages, question])
    },
    [isRunning, freshAnswer, run, messages],
  )

  const regenerate = useCallback(() => {
    const conversation = untilLastQuestion(messages)
    if (isRunning || conversation.length === 0) return
    const answer = freshAnswer()
    dispatch({ type: "asked-again", answer })
    run(answer.id, conversation)
  }, [isRunning, freshAnswer, run, messages])

  const stop = useCallback(() => {
    if (running.current === undefined) return
    const { answerId, fiber } = running.current
    running.current = undefined
    dispatch({ type: "stopped", answerId, at: Date.now() })
    runtime.runFork(Fiber.interrupt(fiber))
  }, [runtime])

  // A pane that goes away must not leave a run behind.
  useEffect(() => stop, [stop])

  return {
    messages,
    sendMessage,
    stop,
    regenerate,
    isRunning,
    currentProviderKey: providerKey,
    currentModelName: modelName,
  }
}

const isOpen = (messages: Messages): boolean => {
  const last = messages.at(-1)
  return last?.role === "assistant" && last.status.state === "running"
}
