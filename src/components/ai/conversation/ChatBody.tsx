/** What stands between the header and the composer: the messages, or why there are none. */
import type { ReactNode } from "react"
import type { AgentChat } from "@/hooks/ai/agentChat"
import { Button } from "../../ui/Button"
import { Spinner } from "../../ui/Spinner"

const Centre = ({ children }: { readonly children: ReactNode }) => (
  <div className="flex min-h-0 flex-1 flex-col items-center justify-center gap-4 px-4 text-center">
    {children}
  </div>
)

export const ChatBody = ({
  chat,
  messages,
  empty,
}: {
  readonly chat: Pick<AgentChat, "state" | "messages" | "reopen">
  readonly messages: ReactNode
  readonly empty: ReactNode
}) => {
  const { state } = chat
  if (chat.messages.length > 0) return messages
  switch (state.status) {
    case "ready":
      return <div className="min-h-0 flex-1 overflow-y-auto">{empty}</div>
    case "loading":
      return (
        <Centre>
          <p className="text-muted animate-late flex items-center gap-2 text-[0.875rem]">
            <Spinner />
            Opening the chat
          </p>
        </Centre>
      )
    case "failed":
      return (
        <Centre>
          <p role="alert">{state.sentence}</p>
          <Button onClick={chat.reopen}>Look again</Button>
        </Centre>
      )
  }
}
