/** Chats as the page has them open: messages, runs and changes by hand. */
import type {
  Change,
  Conversation,
  ConversationSummary,
  Message,
  RunInfo,
} from "@/services/conversations/Conversation"
import { encodeEvents } from "@/services/conversations/eventCodec"
import type { AskRequest } from "@/services/conversations/ConversationService"
import { branchTo } from "@/hooks/conversations/chatTree"
import { chatMessages } from "@/hooks/conversations/chatMessages"
import type { OpenChat } from "@/hooks/conversations/openChat"
import { startedAt } from "./planEvents"
import { eventsOfAnswer, eventsWriting } from "./storedConversations"

export const questionOf = (id: string, parentId?: string, text = `Question ${id}?`): Message => ({
  id,
  ...(parentId === undefined ? {} : { parentId }),
  role: "user",
  text,
  createdAt: startedAt,
})

export const runOf = (id: string, status: RunInfo["status"], pieces?: ReadonlyArray<string>): RunInfo => ({
  id,
  status,
  startedAt,
  preferredProvider: { key: "openai" },
  ...(pieces === undefined
    ? {}
    : {
        events: encodeEvents(status === "interrupted" ? eventsWriting(...pieces) : eventsOfAnswer(pieces)),
      }),
})

export const answerOf = (id: string, parentId: string, run: RunInfo, text = ""): Message => ({
  id,
  parentId,
  role: "assistant",
  text,
  createdAt: startedAt,
  run,
})

/** `run-a1` writes `a1`. */
export const answered = (id: string, parentId: string, text: string): Message =>
  answerOf(id, parentId, runOf(`run-${id}`, "completed", [text]), text)

export const running = (id: string, parentId: string): Message =>
  answerOf(id, parentId, runOf(`run-${id}`, "running"))

export const summaryOf = (changes: Partial<ConversationSummary> = {}): ConversationSummary => ({
  id: "chat",
  title: "Trip to Oslo",
  pinned: false,
  createdAt: startedAt,
  updatedAt: startedAt,
  isRunning: false,
  ...changes,
})

/** The last message is the end of the shown branch. */
export const conversationOf = (
  messages: ReadonlyArray<Message>,
  { draft = "", leafId = messages.at(-1)?.id }: { draft?: string; leafId?: string | undefined } = {},
): Conversation => ({
  summary: summaryOf(leafId === undefined ? {} : { leafId }),
  draft,
  messages,
})

export const leafChanged = (leafId: string): Change => ({
  type: "conversation-changed",
  summary: summaryOf({ leafId }),
})

export const messagesAdded = (...messages: ReadonlyArray<Message>): Change => ({
  type: "messages-added",
  conversationId: "chat",
  messages,
})

export const runChanged = (messageId: string, run: RunInfo): Change => ({
  type: "run-changed",
  conversationId: "chat",
  messageId,
  run,
})

/** `n` names the question `qn`, the answer `an` and the run `run-an`. */
export const askOf = (n: number, parentId?: string, text = `Question q${n}?`): AskRequest => ({
  runId: `run-a${n}`,
  conversationId: "chat",
  questionId: `q${n}`,
  question: { text, ...(parentId === undefined ? {} : { parentId }) },
  answerId: `a${n}`,
  preferredProvider: { key: "openai" },
})

/** What is on the screen: the texts of the shown branch. */
export const shownTexts = (chat: OpenChat | undefined): ReadonlyArray<string> =>
  shownIn(chat).map(({ text }) => text)

export const shownIn = (chat: OpenChat | undefined) =>
  chat === undefined ? [] : chatMessages(branchTo(chat.messages, chat.leafId), chat)

/** Where the last shown answer stands. */
export const lastStatus = (chat: OpenChat | undefined) => {
  const last = shownIn(chat).at(-1)
  return last?.role === "assistant" ? last.view().status : undefined
}
