/** Below the composer: a warning about the chosen provider before anything is sent, or how the keys work. */
import type { ProviderView } from "@/hooks/ai/chatState"

export const SelectionHint = (props: {
  readonly provider: ProviderView | undefined
  readonly onOpenProviders: (providerKey: string) => void
}) => {
  const { provider } = props
  if (provider !== undefined && provider.availability.state !== "ready") {
    const missing = provider.availability.state === "missing-key"
    return (
      <span className="text-wait">
        {missing
          ? `${provider.label} has no key, so it will be skipped.`
          : `${provider.label} was not found; it is asked all the same.`}{" "}
        <button
          type="button"
          onClick={() => props.onOpenProviders(provider.key)}
          className="rounded font-medium underline underline-offset-2"
        >
          {missing ? "Add its key" : "See how to connect it"}
        </button>
      </span>
    )
  }
  return (
    <>
      {provider?.key === "simulator" && <span className="text-wait">Simulator: no model is asked. </span>}
      <span className="max-sm:hidden">Enter sends, Shift+Enter breaks the line, Esc stops.</span>
    </>
  )
}
