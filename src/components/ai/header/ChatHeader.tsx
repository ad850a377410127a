/** The product's name, whom to ask, the providers, the theme. */
import KeyRound from "lucide-react/icons/key-round"
import { memo } from "react"
import type { ProviderView } from "@/hooks/ai/chatState"
import { ThemeToggle } from "../../theme/ThemeToggle"
import { IconButton } from "../../ui/IconButton"
import { Logo } from "../../ui/Logo"
import { ModelPicker } from "./ModelPicker"
import { ProviderPicker } from "./ProviderPicker"

export const ChatHeader = memo(
  (props: {
    readonly providers: ReadonlyArray<ProviderView>
    readonly current: ProviderView | undefined
    readonly currentModelName: string | undefined
    readonly onSelect: (providerKey: string, modelName?: string) => void
    readonly onOpenProviders: () => void
  }) => {
    const { current, onSelect } = props
    return (
      <header className="border-line flex h-14 shrink-0 items-center gap-1 border-b px-3 sm:gap-2 sm:px-4">
        <div className="flex items-center gap-2.5 pr-1 sm:pr-3">
          <Logo />
          <h1 className="text-[0.9375rem] font-semibold tracking-[-0.01em] max-sm:sr-only">Commander</h1>
        </div>
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
        <div className="ml-auto flex shrink-0 items-center">
          <IconButton label="Providers" onClick={() => props.onOpenProviders()}>
            <KeyRound className="size-[1.125rem]" />
          </IconButton>
          <ThemeToggle />
        </div>
      </header>
    )
  },
)
