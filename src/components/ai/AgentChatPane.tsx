/** The chat: whom to ask, the conversation, what the plan did, where to write. */
import { lazy, Suspense, useEffect, useMemo, useState } from "react"
import type { AgentChat, Providers } from "@/hooks/ai/agentChat"
import type { ProviderView } from "@/hooks/ai/chatState"
import { preloadMarkdown } from "../markdown/AnswerText"
import { Button } from "../ui/Button"
import { useStable } from "../ui/useStable"
import type { AnswerActions } from "./answer/actions"
import { Composer } from "./composer/Composer"
import { SelectionHint } from "./composer/SelectionHint"
import { Conversation } from "./conversation/Conversation"
import { EmptyState } from "./conversation/EmptyState"
import { ChatHeader } from "./header/ChatHeader"
import { useEscape } from "./useEscape"

const ProvidersDialog = lazy(() =>
  import("../providers/ProvidersDialog").then((module) => ({ default: module.ProvidersDialog })),
)

type Dialog = { readonly focus: string | undefined } | undefined

const none: ReadonlyArray<ProviderView> = []

const blockedBy = (state: Providers["state"]): string | undefined => {
  if (state.status === "loading") return "Looking for providers…"
  return state.status === "failed" ? "Nothing can be sent until the providers are known." : undefined
}

export const AgentChatPane = (props: {
  readonly chat: AgentChat
  readonly providers: Providers
  readonly onSelect: (providerKey: string, modelName?: string) => void
}) => {
  const { chat, providers } = props
  const { state } = providers
  const [dialog, setDialog] = useState<Dialog>()

  // While an answer streams, only its own text is drawn anew: all else gets what keeps its identity.
  const openProviders = useStable((providerKey?: string) => setDialog({ focus: providerKey }))
  const onSelect = useStable(props.onSelect)
  const send = useStable(chat.sendMessage)
  const stop = useStable(chat.stop)
  const regenerate = useStable(chat.regenerate)
  const saveKey = useStable(providers.saveKey)
  const actions = useMemo<AnswerActions>(() => ({ regenerate, saveKey }), [regenerate, saveKey])

  const list = state.status === "loaded" ? state.providers : none
  const current = list.find(({ key }) => key === chat.currentProviderKey)
  const hint = useMemo(
    () => <SelectionHint provider={current} onOpenProviders={openProviders} />,
    [current, openProviders],
  )

  useEffect(preloadMarkdown, [])
  useEscape(chat.isRunning, stop)

  const answer = chat.messages.findLast((message) => message.role === "assistant")
  const question = chat.messages.findLast((message) => message.role === "user")
  return (
    <div className="flex h-dvh flex-col">
      <ChatHeader
        providers={list}
        current={current}
        currentModelName={chat.currentModelName}
        onSelect={onSelect}
        onOpenProviders={openProviders}
      />
      <main className="flex min-h-0 flex-1 flex-col">
        {state.status === "failed" && (
          <div className="border-bad-line bg-bad-soft flex items-center justify-center gap-4 border-b px-4 py-2 text-[0.8125rem]">
            <p>{state.sentence}</p>
            <Button onClick={providers.reload}>Look again</Button>
          </div>
        )}
        {chat.messages.length > 0 ? (
          <Conversation messages={chat.messages} actions={chat.isRunning ? undefined : actions} />
        ) : (
          <div className="min-h-0 flex-1 overflow-y-auto">
            {state.status !== "loading" && (
              <EmptyState chat={chat} providers={list} onSelect={onSelect} onOpenProviders={openProviders} />
            )}
          </div>
        )}
        <Composer
          isRunning={chat.isRunning}
          blocked={blockedBy(state)}
          lastMessage={question?.text}
          onSend={send}
          onStop={stop}
          hint={hint}
        />
      </main>
      <div aria-live="polite" className="sr-only">
        {answer?.announcement}
      </div>
      {dialog !== undefined && (
        <Suspense>
          <ProvidersDialog providers={providers} focus={dialog.focus} onClose={() => setDialog(undefined)} />
        </Suspense>
      )}
    </div>
  )
}
