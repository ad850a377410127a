/** The name of the chat that the next first question makes; another one as soon as that is asked. */
import { useStore } from "zustand"
import { usePage } from "./usePage"

export const useNewChatId = (): string => useStore(usePage().store, ({ newChatId }) => newChatId)
