/** Puts the page together: the runtime for the hooks, whom to ask, the chat. */
import { useState } from "react"
import { AgentChatPane } from "@/components/ai/AgentChatPane"
import { AgentRuntimeContext, type AgentRuntime } from "@/hooks/ai/runtime"
import { useAgentChat } from "@/hooks/ai/useAgentChat"
import { useProviders } from "@/hooks/ai/useProviders"
import { automatic, revised, type Selection } from "./selection"

const Chat = () => {
  const providers = useProviders()
  const [selection, setSelection] = useState<Selection>(automatic)
  const { state } = providers
  const next = state.status === "loaded" ? revised(selection, state.providers) : selection
  if (next !== selection) setSelection(next)

  const { providerKey, modelName } = next
  const chat = useAgentChat({ providerKey, ...(modelName === undefined ? {} : { modelName }) })
  return (
    <AgentChatPane
      chat={chat}
      providers={providers}
      onSelect={(providerKey, modelName) => setSelection({ by: "user", providerKey, modelName })}
    />
  )
}

export const App = ({ runtime }: { readonly runtime: AgentRuntime }) => (
  <AgentRuntimeContext value={runtime}>
    <Chat />
  </AgentRuntimeContext>
)
