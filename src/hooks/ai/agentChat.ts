/** What the hooks give to components. */
import { limits } from "@/services/ai/orchestration/requestLimits"
import type { UsageRow } from "@/services/conversations/Conversation"
import type { Branches } from "../conversations/chatTree"
import type { ChatMessageView, ProviderView } from "./chatState"

/** Of one message, in UTF-16 code units. */
export const maxCharacters = limits.messageLength

export interface AgentChat {
  readonly conversationId: string
  readonly state:
    | { readonly status: "loading" }
    | { readonly status: "ready" }
    | { readonly status: "failed"; readonly sentence: string }
  /** Opens the chat once more, where that has failed. */
  readonly reopen: () => void
  readonly title: string
  /** What the chat has used so far, by model. */
  readonly usage: ReadonlyArray<UsageRow>
  /** Of the branch that is shown. */
  readonly messages: ReadonlyArray<ChatMessageView>
  /** By message, where there are others beside it. */
  readonly branches: ReadonlyMap<string, Branches>
  /** Starts a turn; does nothing while one is running or unsent, or when the text is blank. */
  readonly sendMessage: (text: string) => void
  /** Ends the running turn, whoever began it, and the provider's request with it. */
  readonly stop: () => void
  /** Asks the last question again, for an answer beside the last; also the "try again" of a failure. */
  readonly regenerate: () => void
  /** Asks differently: a question beside that one, with its own answer. */
  readonly edit: (messageId: string, text: string) => void
  /** Shows the branch with that message. */
  readonly selectBranch: (messageId: string) => void
  /** Goes on with an answer in whose middle Commander was stopped. */
  readonly continueAnswer: (messageId: string) => void
  /** What is written and not sent. */
  readonly draft: string
  readonly setDraft: (text: string) => void
  readonly isRunning: boolean
  /** The last question has not reached the server: it is to be tried again before another is asked. */
  readonly isUnsent: boolean
  /** What went wrong last: a sentence. */
  readonly problem: string | undefined
  readonly dismissProblem: () => void
  readonly currentProviderKey: string
  /** Absent: the provider's default model. */
  readonly currentModelName: string | undefined
}

/** The outcome of saving, deleting or testing a key: a sentence in either case. */
export interface ActionOutcome {
  readonly ok: boolean
  readonly sentence: string
}

export interface Providers {
  readonly state:
    | { readonly status: "loading" }
    | { readonly status: "loaded"; readonly providers: ReadonlyArray<ProviderView> }
    | { readonly status: "failed"; readonly sentence: string }
  readonly reload: () => void
  /** The key goes to the server and is never read back. */
  readonly saveKey: (keyName: string, value: string) => Promise<ActionOutcome>
  readonly deleteKey: (keyName: string) => Promise<ActionOutcome>
  /** Asks the provider's default model for a word. */
  readonly test: (providerKey: string) => Promise<ActionOutcome>
}
