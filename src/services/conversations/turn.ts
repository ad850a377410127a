/** What is written for a question and the run that answers it, and what is asked. Pure. */
import { toPrompt, type AgentChatMessage } from "../ai/core/AgentChatMessage"
import type { ChatRequest } from "../ai/orchestration/ChatOrchestratorTag"
import type { RunRequest } from "../ai/orchestration/PlanRunner"
import type { RunInfo, RunParameters } from "./Conversation"
import { ConversationError } from "./ConversationError"
import type { AskRequest } from "./ConversationService"
import type { StoredMessage, StoredRun, Turn } from "./ConversationStore"
import { titleOf } from "./titleOf"

/** @param branch the way to the question: the question last where it is there already, else the message that it follows */
export const turnOf = (
  request: AskRequest,
  branch: ReadonlyArray<StoredMessage>,
  now: number,
): Turn | ConversationError => {
  const { conversationId, question, questionId, answerId } = request
  if (answerId === questionId || answerId === question?.parentId || questionId === question?.parentId)
    return flaw("two messages cannot have one name")
  const last = branch.at(-1)
  if (last !== undefined && last.conversationId !== conversationId)
    return flaw("the message that is to be answered belongs to another chat")
  if (question === undefined && last?.role !== "user")
    return new ConversationError({ reason: "NotFound", message: "the question is not there any more" })
  if (question?.parentId !== undefined && last === undefined)
    return new ConversationError({
      reason: "NotFound",
      message: "the message that the question follows is not there any more",
    })
  const asked: ReadonlyArray<StoredMessage> =
    question === undefined
      ? []
      : [
          {
            id: questionId,
            conversationId,
            ...(question.parentId === undefined ? {} : { parentId: question.parentId }),
            role: "user",
            text: question.text,
            createdAt: now,
          },
        ]
  return {
    conversation: {
      id: conversationId,
      title: titleOf(question?.text ?? last?.text ?? ""),
      pinned: false,
      createdAt: now,
      updatedAt: now,
      leafId: answerId,
      draft: "",
    },
    messages: [
      ...asked,
      { id: answerId, conversationId, parentId: questionId, role: "assistant", text: "", createdAt: now },
    ],
    run: {
      id: request.runId,
      conversationId,
      messageId: answerId,
      status: "running",
      parameters: parametersOf(request),
      startedAt: now,
      starts: 1,
    },
  }
}

const flaw = (message: string): ConversationError =>
  new ConversationError({ reason: "InvalidRequest", message })

const parametersOf = ({ preferredProvider, options, plan }: RunParameters): RunParameters => ({
  preferredProvider,
  ...(options === undefined ? {} : { options }),
  ...(plan === undefined ? {} : { plan }),
})

/** Incomplete answers are part of what was said; empty ones are not. */
const messagesOf = (branch: ReadonlyArray<StoredMessage>): ReadonlyArray<AgentChatMessage> =>
  branch.filter(({ text }) => text !== "").map(({ role, text }) => ({ role, content: text }))

/** @param branch the way to the question, the question last */
export const requestOf = (run: StoredRun, branch: ReadonlyArray<StoredMessage>): ChatRequest => ({
  ...run.parameters,
  messages: messagesOf(branch),
  runId: run.id,
})

/** The same in the vocabulary of plans. */
export const askedOf = (
  { parameters: { options } }: StoredRun,
  branch: ReadonlyArray<StoredMessage>,
): Pick<RunRequest, "prompt" | "options"> => ({
  prompt: toPrompt(messagesOf(branch)),
  ...(options === undefined ? {} : { options }),
})

export const infoOf = (run: StoredRun): RunInfo => ({
  id: run.id,
  status: run.status,
  startedAt: run.startedAt,
  preferredProvider: run.parameters.preferredProvider,
})
