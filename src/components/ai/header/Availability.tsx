/** Whether a provider can be asked, in two or three words. */
import type { ProviderView } from "@/hooks/ai/chatState"

const words = {
  ready: { text: "ready", tone: "text-good" },
  "missing-key": { text: "no key", tone: "text-wait" },
  "not-found": { text: "not found", tone: "text-wait" },
}

export const Availability = ({ of }: { readonly of: ProviderView }) => {
  const { text, tone } = words[of.availability.state]
  return (
    <span className={`inline-flex items-center gap-1.5 text-xs ${tone}`}>
      <span aria-hidden="true" className="size-1.5 rounded-full bg-current" />
      {text}
    </span>
  )
}
