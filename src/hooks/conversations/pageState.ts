/** Everything that the page knows of conversations, in one store. */
import { createStore, type StoreApi } from "zustand/vanilla"
import type { ConversationSummary, StoreState } from "@/services/conversations/Conversation"
import { unloaded, type ChatList } from "./chatList"
import type { Library } from "./library"
import { newId } from "./newId"
import type { OpenChat } from "./openChat"

export interface PageState {
  readonly list: ChatList
  /** Those that are looked at, and those with questions that the server has not confirmed. */
  readonly chats: ReadonlyMap<string, OpenChat>
  /** The name of the chat that the next first question makes. */
  readonly newChatId: string
  readonly removed: ConversationSummary | undefined
  readonly connection: Library["connection"]
  readonly store: StoreState
  /** What went wrong last: a sentence. */
  readonly problem: string | undefined
}

export interface PageStore extends StoreApi<PageState> {
  /** Does nothing where the chat is not open. */
  readonly updateChat: (id: string, change: (chat: OpenChat) => OpenChat) => void
  readonly updateList: (change: (list: ChatList) => ChatList) => void
  readonly chat: (id: string) => OpenChat | undefined
}

export const makePageStore = (): PageStore => {
  const store = createStore<PageState>(() => ({
    list: unloaded,
    chats: new Map(),
    newChatId: newId("conversation"),
    removed: undefined,
    connection: "connecting",
    store: { type: "saving" },
    problem: undefined,
  }))
  return {
    ...store,
    updateChat: (id, change) =>
      store.setState((state) => {
        const chat = state.chats.get(id)
        const changed = chat === undefined ? undefined : change(chat)
        return changed === undefined || changed === chat
          ? state
          : { chats: new Map(state.chats).set(id, changed) }
      }),
    updateList: (change) => store.setState(({ list }) => ({ list: change(list) })),
    chat: (id) => store.getState().chats.get(id),
  }
}
