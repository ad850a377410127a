/** A chat that is open in the page: what the server said of it, what was asked and is not confirmed, what is being written. */
import type { Message, RunInfo, UsageRow } from "@/services/conversations/Conversation"
import type { AskRequest } from "@/services/conversations/ConversationService"
import { untitled } from "@/services/conversations/titleOf"
import type { Messages } from "./chatTree"
import type { ReadAnswer } from "./recordedAnswer"

/** A question that the server has not confirmed; with a sentence once it could not be sent. */
export interface Ask {
  readonly request: AskRequest
  readonly failed?: { readonly sentence: string; readonly at: number }
}

export type FailedAsk = Required<Ask>

export const hasFailed = (ask: Ask): ask is FailedAsk => ask.failed !== undefined

export interface OpenChat {
  readonly id: string
  readonly state:
    | { readonly status: "loading" }
    | { readonly status: "ready" }
    | { readonly status: "failed"; readonly sentence: string }
  /** Whether the server has it; a new one is made by its first question. */
  readonly isSaved: boolean
  readonly title: string
  readonly messages: Messages
  /** The end of the branch that is shown. */
  readonly leafId: string | undefined
  /** As the server said last: only what has changed there takes effect here. */
  readonly savedLeafId: string | undefined
  readonly draft: string
  /** By the answer's id. */
  readonly asks: ReadonlyMap<string, Ask>
  /** Answers that are being read, by the run's id. */
  readonly reading: ReadonlyMap<string, ReadAnswer>
  readonly usage: ReadonlyArray<UsageRow>
}

export const emptyChat = (id: string, status: "loading" | "ready", draft = ""): OpenChat => ({
  id,
  state: { status },
  isSaved: false,
  title: untitled,
  messages: new Map(),
  leafId: undefined,
  savedLeafId: undefined,
  draft,
  asks: new Map(),
  reading: new Map(),
  usage: [],
})

/** An answer whose run goes on: there are events to read. */
export type WrittenMessage = Message & { readonly run: RunInfo }

export const isBeingWritten = (message: Message): message is WrittenMessage =>
  message.run?.status === "running"

export const messageOfRun = (chat: OpenChat, runId: string): WrittenMessage | undefined =>
  [...chat.messages.values()].filter(isBeingWritten).find(({ run }) => run.id === runId)

export const without = <Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> => {
  const rest = new Map(map)
  rest.delete(key)
  return rest
}
