/** Puts a text on the clipboard and says so for a moment. */
import Check from "lucide-react/icons/check"
import Copy from "lucide-react/icons/copy"
import { useEffect, useState } from "react"
import { IconButton } from "./IconButton"

type State = "idle" | "copied" | "refused"

const labels = { copied: "Copied", refused: "The browser does not allow copying here" }

export const CopyButton = ({
  text,
  label,
  className,
}: {
  readonly text: string
  readonly label: string
  readonly className?: string
}) => {
  const [state, setState] = useState<State>("idle")
  useEffect(() => {
    if (state === "idle") return
    const timer = setTimeout(() => setState("idle"), 2_000)
    return () => clearTimeout(timer)
  }, [state])

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setState("copied")
    } catch {
      setState("refused")
    }
  }

  return (
    <IconButton
      label={state === "idle" ? label : labels[state]}
      className={`size-8 ${className ?? ""}`}
      onClick={() => void copy()}
    >
      {state === "copied" ? <Check className="text-good size-4" /> : <Copy className="size-[0.9375rem]" />}
    </IconButton>
  )
}
