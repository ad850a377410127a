/** The providers: which can be asked, how they are doing, their keys, a test of each. */
import X from "lucide-react/icons/x"
import * as Dialog from "radix-ui/dialog"
import type { Providers } from "@/hooks/ai/agentChat"
import { useHealth } from "@/hooks/ai/useHealth"
import { Button } from "../ui/Button"
import { IconButton } from "../ui/IconButton"
import { ProviderCard } from "./ProviderCard"

const List = ({
  providers,
  focus,
}: {
  readonly providers: Providers
  readonly focus: string | undefined
}) => {
  const { state } = providers
  const health = useHealth()
  switch (state.status) {
    case "loading":
      return <p className="text-muted p-5">Looking for providers…</p>
    case "failed":
      return (
        <div className="flex flex-col items-start gap-3 p-5">
          <p>{state.sentence}</p>
          <Button onClick={providers.reload}>Look again</Button>
        </div>
      )
    case "loaded":
      return (
        <ul className="divide-line divide-y">
          {state.providers
            .filter(({ key }) => key !== "simulator")
            .map((provider) => (
              <ProviderCard
                key={provider.key}
                provider={provider}
                providers={providers}
                health={health.filter(({ target }) => target.provider === provider.key)}
                focused={provider.key === focus}
              />
            ))}
        </ul>
      )
  }
}

export const ProvidersDialog = (props: {
  readonly providers: Providers
  /** The key of the provider that the dialog was opened for. */
  readonly focus: string | undefined
  readonly onClose: () => void
}) => (
  <Dialog.Root open onOpenChange={props.onClose}>
    <Dialog.Portal>
      <Dialog.Overlay className="fixed inset-0 z-40 bg-black/35" />
      <Dialog.Content className="animate-appear bg-raised shadow-raised border-line fixed inset-x-0 bottom-0 z-50 mx-auto flex max-h-[88dvh] w-full max-w-[35rem] flex-col overflow-hidden rounded-t-2xl border outline-none sm:top-[8dvh] sm:bottom-auto sm:max-h-[84dvh] sm:rounded-2xl">
        <div className="border-line flex items-start justify-between gap-4 border-b py-4 pr-3 pl-5">
          <div>
            <Dialog.Title className="text-[1.0625rem] font-semibold tracking-[-0.01em]">
              Providers
            </Dialog.Title>
            <Dialog.Description className="text-muted mt-0.5 text-[0.8125rem]">
              Keys stay in Commander's data folder on this machine. They can be replaced here, never read
              back.
            </Dialog.Description>
          </div>
          <Dialog.Close asChild>
            <IconButton label="Close">
              <X className="size-[1.125rem]" />
            </IconButton>
          </Dialog.Close>
        </div>
        <div className="min-h-0 overflow-y-auto">
          <List providers={props.providers} focus={props.focus} />
        </div>
      </Dialog.Content>
    </Dialog.Portal>
  </Dialog.Root>
)
