/** The chat: whom to ask, the conversation, what the plan did, where to write. */
import { lazy, Suspense, useEffect, useMemo, useState } from "react"
import type { AgentChat, Providers } from "@/hooks/ai/agentChat"
import type { ProviderView } from "@/hooks/ai/chatState"
import { preloadMarkdown } from "../markdown/AnswerText"
import { useStable } from "../ui/useStable"
import { Composer } from "./composer/Composer"
import { SelectionHint } from "./composer/SelectionHint"
import { ChatBody } from "./conversation/ChatBody"
import { Conversation } from "./conversation/Conversation"
import { EmptyState } from "./conversation/EmptyState"
import { ChatHeader } from "./header/ChatHeader"
import { Notice } from "./Notice"
import { useEscape } from "./useEscape"
import { useTurns } from "./useTurns"

const ProvidersDialog = lazy(() =>
  import("../providers/ProvidersDialog").then((module) => ({ default: module.ProvidersDialog })),
)

type Dialog = { readonly focus: string | undefined } | undefined

const none: ReadonlyArray<ProviderView> = []

const blockedBy = (chat: AgentChat, providers: Providers["state"]): string | undefined => {
  if (chat.state.status === "loading") return "Opening the chat…"
  if (chat.state.status === "failed") return "Nothing can be sent here."
  if (chat.isUnsent) return "The last message has not been sent: try it again, or edit it."
  if (providers.status === "loading") return "Looking for providers…"
  return providers.status === "failed" ? "Nothing can be sent until the providers are known." : undefined
}

export const AgentChatPane = (props: {
  readonly chat: AgentChat
  readonly providers: Providers
  readonly onSelect: (providerKey: string, modelName?: string) => void
  /** The message to go to. */
  readonly soughtMessage?: string | undefined
  /** Called once it was shown for a while. */
  readonly onFound?: () => void
}) => {
  const { chat, providers, soughtMessage } = props
  const { state } = providers
  const [dialog, setDialog] = useState<Dialog>()
  const turns = useTurns(chat, providers)

  // While an answer streams, only its own text is drawn anew: all else gets what keeps its identity.
  const openProviders = useStable((providerKey?: string) => setDialog({ focus: providerKey }))
  const onSelect = useStable(props.onSelect)
  const onFound = useStable(() => props.onFound?.())
  const stop = useStable(chat.stop)
  const setDraft = useStable(chat.setDraft)

  const list = state.status === "loaded" ? state.providers : none
  const current = list.find(({ key }) => key === chat.currentProviderKey)
  const hint = useMemo(
    () => <SelectionHint provider={current} onOpenProviders={openProviders} />,
    [current, openProviders],
  )

  useEffect(preloadMarkdown, [])
  useEscape(chat.isRunning, stop)

  const isReady = chat.state.status === "ready"
  useEffect(() => {
    if (isReady && soughtMessage !== undefined) turns.questions.select(soughtMessage)
  }, [isReady, soughtMessage, turns.questions])

  const last = chat.messages.findLast((message) => message.role === "assistant")
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ChatHeader
        title={chat.title}
        usage={chat.usage}
        providers={list}
        current={current}
        currentModelName={chat.currentModelName}
        onSelect={onSelect}
        onOpenProviders={openProviders}
      />
      <main className="flex min-h-0 flex-1 flex-col">
        {state.status === "failed" && (
          <Notice action={{ label: "Look again", run: providers.reload }}>{state.sentence}</Notice>
        )}
        {chat.state.status === "failed" && chat.messages.length > 0 && (
          <Notice action={{ label: "Look again", run: chat.reopen }}>{chat.state.sentence}</Notice>
        )}
        {chat.problem !== undefined && (
          <Notice action={{ label: "Dismiss", run: chat.dismissProblem }}>{chat.problem}</Notice>
        )}
        <ChatBody
          chat={chat}
          messages={
            <Conversation
              messages={chat.messages}
              branches={chat.branches}
              questions={turns.questions}
              editing={turns.editing}
              actions={chat.isRunning ? undefined : turns.answers}
              asked={turns.asked}
              sought={soughtMessage}
              onFound={onFound}
            />
          }
          empty={
            state.status !== "loading" && (
              <EmptyState chat={chat} providers={list} onSelect={onSelect} onOpenProviders={openProviders} />
            )
          }
        />
        <Composer
          field={turns.composer}
          text={chat.draft}
          isClosed={chat.state.status === "failed"}
          onChange={setDraft}
          isRunning={chat.isRunning}
          blocked={blockedBy(chat, state)}
          onEditLast={turns.editLast}
          onSend={turns.send}
          onStop={stop}
          hint={hint}
        />
      </main>
      <div aria-live="polite" className="sr-only">
        {last?.view().announcement}
      </div>
      {dialog !== undefined && (
        <Suspense>
          <ProvidersDialog providers={providers} focus={dialog.focus} onClose={() => setDialog(undefined)} />
        </Suspense>
      )}
    </div>
  )
}
