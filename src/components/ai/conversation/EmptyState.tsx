/** A conversation before its first word: on the simulator, the ways to a real model and some failures to try. */
import { useEffect, useRef } from "react"
import type { AgentChat } from "@/hooks/ai/agentChat"
import type { ProviderView } from "@/hooks/ai/chatState"
import { Badge } from "../../ui/Badge"
import { Button } from "../../ui/Button"
import { simulatedFailures } from "./simulatedFailures"

interface Props {
  readonly chat: AgentChat
  readonly providers: ReadonlyArray<ProviderView>
  readonly onSelect: (providerKey: string, modelName?: string) => void
  readonly onOpenProviders: (providerKey?: string) => void
}

const FirstRun = ({ providers, onSelect, onOpenProviders }: Props) => {
  const ollama = providers.find(({ key }) => key === "ollama")
  const keyless = providers.find(({ availability }) => availability.state === "missing-key")
  const useOllama = () =>
    ollama?.availability.state === "ready" ? onSelect("ollama") : onOpenProviders("ollama")
  return (
    <section aria-label="First steps" className="border-line bg-surface w-full rounded-2xl border p-5">
      <div className="flex items-center gap-2.5">
        <h3 className="font-medium">No model is connected yet</h3>
        <Badge tone="wait">Simulator</Badge>
      </div>
      <p className="text-muted mt-1.5 text-[0.875rem]">
        Until one is, a simulator answers. It is not a language model, and nothing leaves this machine.
      </p>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button weight="primary" onClick={() => onOpenProviders(keyless?.key)}>
          Add a key
        </Button>
        {ollama !== undefined && <Button onClick={useOllama}>Use Ollama</Button>}
      </div>
    </section>
  )
}

const Suggestions = ({ chat, onSelect }: Props) => {
  const pending = useRef<(typeof simulatedFailures)[number]>(undefined)
  useEffect(() => {
    // The question goes out once the model that was chosen for it is the current one.
    const failure = pending.current
    if (failure === undefined || chat.currentModelName !== failure.model) return
    pending.current = undefined
    chat.sendMessage(failure.question)
  }, [chat])
  return (
    <section aria-label="Simulated failures" className="w-full">
      <h3 className="text-muted mb-2.5 text-[0.8125rem] font-medium">
        See what happens when a provider fails
      </h3>
      <ul className="grid gap-2 sm:grid-cols-2">
        {simulatedFailures.map((failure) => (
          <li key={failure.model}>
            <button
              type="button"
              onClick={() => {
                pending.current = failure
                onSelect("simulator", failure.model)
              }}
              className="border-line hover:border-line-strong hover:bg-surface w-full rounded-xl border px-4 py-2.5 text-left transition-colors"
            >
              <span className="block text-[0.875rem] font-medium">{failure.title}</span>
              <span className="text-muted block text-[0.8125rem]">{failure.says}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

export const EmptyState = (props: Props) => {
  const simulated = props.chat.currentProviderKey === "simulator"
  const anyReady = props.providers.some(
    ({ key, availability }) => key !== "simulator" && availability.state === "ready",
  )
  return (
    <div className="mx-auto flex min-h-full max-w-[46rem] flex-col items-start justify-center gap-7 px-4 py-8 sm:px-6">
      <div>
        <h2 className="text-[1.625rem] leading-tight font-semibold tracking-[-0.02em] text-balance">
          An answer, even when a provider fails
        </h2>
        <p className="text-muted mt-2.5 max-w-[34rem] text-pretty">
          Commander tells you why it failed, waits or asks the next one, and keeps what you have already read.
        </p>
      </div>
      {simulated && !anyReady && <FirstRun {...props} />}
      {simulated && <Suggestions {...props} />}
    </div>
  )
}
