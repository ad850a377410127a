/** What the hooks give to components. */
import { limits } from "@/services/ai/orchestration/requestLimits"
import type { ChatMessageView, ProviderView } from "./chatState"

/** Of one message, in UTF-16 code units. */
export const maxCharacters = limits.messageLength

export interface AgentChat {
  readonly messages: ReadonlyArray<ChatMessageView>
  /** Starts a turn; does nothing while one is running or when the text is blank. */
  readonly sendMessage: (text: string) => void
  /** Interrupts the running turn, and the provider's request with it. */
  readonly stop: () => void
  /** Asks the last question again, replacing its answer; also the "try again" of a failure. */
  readonly regenerate: () => void
  readonly isRunning: boolean
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
