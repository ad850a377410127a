/** Puts the page together: the runtime for the hooks, the chats, the one that the address names, whom to ask. */
import { useEffect, useState } from "react"
import { useLocation, useRoute } from "wouter"
import { useLocationProperty } from "wouter/use-browser-location"
import { AgentChatPane } from "@/components/ai/AgentChatPane"
import { Banners } from "@/components/library/Banners"
import { Sidebar } from "@/components/library/Sidebar"
import { AgentRuntimeContext, type AgentRuntime } from "@/hooks/ai/runtime"
import { useAgentChat } from "@/hooks/ai/useAgentChat"
import { useProviders } from "@/hooks/ai/useProviders"
import { useLibrary } from "@/hooks/conversations/useLibrary"
import { useNewChatId } from "@/hooks/conversations/useNewChatId"
import { useWake } from "@/hooks/conversations/useWake"
import { automatic, revised, type Selection } from "./selection"

const addressOf = (id: string, messageId?: string): string =>
  `/c/${id}${messageId === undefined ? "" : `#${messageId}`}`

const hash = (): string => location.hash.slice(1)

interface ChatProps {
  readonly id: string
  readonly providers: ReturnType<typeof useProviders>
  readonly selection: Selection
  readonly onSelect: (selection: Selection) => void
}

const Chat = ({ id, providers, selection, onSelect }: ChatProps) => {
  const [, navigate] = useLocation()
  const soughtMessage = useLocationProperty(hash)
  const { providerKey, modelName } = selection
  const chat = useAgentChat({
    providerKey,
    modelName,
    conversationId: id,
    onBegin: (begun) => navigate(addressOf(begun)),
  })
  const isNamed = chat.messages.length > 0
  useEffect(() => {
    document.title = isNamed ? `${chat.title} · Commander` : "Commander"
  }, [isNamed, chat.title])
  return (
    <AgentChatPane
      chat={chat}
      providers={providers}
      onSelect={(providerKey, modelName) => onSelect({ by: "user", providerKey, modelName })}
      soughtMessage={soughtMessage === "" ? undefined : soughtMessage}
      onFound={() => navigate(addressOf(id), { replace: true })}
    />
  )
}

const Page = () => {
  const library = useLibrary()
  const providers = useProviders()
  const newChatId = useNewChatId()
  const [, navigate] = useLocation()
  const [, named] = useRoute("/c/:id")
  const [selection, setSelection] = useState<Selection>(automatic)
  useWake()

  const { state } = providers
  const next = state.status === "loaded" ? revised(selection, state.providers) : selection
  if (next !== selection) setSelection(next)

  const id = named?.id ?? newChatId
  return (
    <div className="flex h-dvh">
      <Sidebar
        library={library}
        activeId={named?.id}
        onOpen={(id, messageId) => navigate(addressOf(id, messageId))}
        onNew={() => navigate("/")}
      />
      <div className="flex min-w-0 flex-1 flex-col">
        <Banners library={library} />
        <Chat key={id} id={id} providers={providers} selection={next} onSelect={setSelection} />
      </div>
    </div>
  )
}

export const App = ({ runtime }: { readonly runtime: AgentRuntime }) => (
  <AgentRuntimeContext value={runtime}>
    <Page />
  </AgentRuntimeContext>
)
