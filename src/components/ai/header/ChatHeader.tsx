/** The chat's title and what it has used, whom to ask, the providers. */
import KeyRound from "lucide-react/icons/key-round"
import { memo } from "react"
import type { ProviderView } from "@/hooks/ai/chatState"
import type { UsageRow } from "@/hooks/conversations/library"
import { SidebarTrigger } from "../../library/SidebarTrigger"
import { IconButton } from "../../ui/IconButton"
import { ModelPicker } from "./ModelPicker"
import { ProviderPicker } from "./ProviderPicker"
import { usageInShort } from "./usageInShort"

interface Props {
  readonly title: string
  readonly usage: ReadonlyArray<UsageRow>
  readonly providers: ReadonlyArray<ProviderView>
  readonly current: ProviderView | undefined
  readonly currentModelName: string | undefined
  readonly onSelect: (providerKey: string, modelName?: string) => void
  readonly onOpenProviders: () => void
}

export const ChatHeader = memo((props: Props) => {
  const { current, onSelect } = props
  const used = usageInShort(props.usage)
  return (
    <header className="border-line flex h-14 shrink-0 items-center gap-1 border-b px-3 sm:gap-2 sm:px-4">
      <SidebarTrigger />
      <h1
        title={props.title}
        className="min-w-0 flex-1 truncate text-[0.9375rem] font-semibold tracking-[-0.01em] max-sm:sr-only"
      >
        {props.title}
      </h1>
      {used !== undefined && (
        <p
          title="What this chat has used so far"
          className="text-muted shrink-0 text-xs tabular-nums max-lg:hidden"
        >
          {used}
        </p>
      )}
      {current !== undefined && (
        <div className="flex min-w-0 items-center">
          <ProviderPicker
            providers={props.providers}
            current={current}
            onSelect={(providerKey) => onSelect(providerKey)}
          />
          <span aria-hidden="true" className="text-line-strong">
            /
          </span>
          <ModelPicker
            provider={current}
            current={props.currentModelName}
            onSelect={(modelName) => onSelect(current.key, modelName)}
          />
        </div>
      )}
      <IconButton label="Providers" className="max-sm:ml-auto" onClick={() => props.onOpenProviders()}>
        <KeyRound className="size-[1.125rem]" />
      </IconButton>
    </header>
  )
})
