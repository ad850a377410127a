/** Whether the page is too narrow for the list of chats beside a chat. */
import { useSyncExternalStore } from "react"

const query = matchMedia("(max-width: 47.99rem)")

const subscribe = (listener: () => void) => {
  query.addEventListener("change", listener)
  return () => query.removeEventListener("change", listener)
}

export const useIsNarrow = (): boolean => useSyncExternalStore(subscribe, () => query.matches)
