/** Sets a provider's key. It can be written here, never read back. */
import { useId, useState, type SubmitEvent } from "react"
import type { ActionOutcome } from "@/hooks/ai/agentChat"
import { Button } from "../../ui/Button"
import { Spinner } from "../../ui/Spinner"

type State =
  | { readonly kind: "idle" }
  | { readonly kind: "saving" }
  | { readonly kind: "done"; readonly outcome: ActionOutcome }

export const KeyForm = (props: {
  readonly keyName: string
  readonly submitLabel: string
  readonly placeholder?: string
  readonly autoFocus?: boolean
  readonly onSave: (value: string) => Promise<ActionOutcome>
}) => {
  const id = useId()
  const [value, setValue] = useState("")
  const [state, setState] = useState<State>({ kind: "idle" })

  const save = async () => {
    setState({ kind: "saving" })
    const outcome = await props.onSave(value.trim())
    if (outcome.ok) setValue("")
    setState({ kind: "done", outcome })
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (value.trim() !== "") void save()
  }

  return (
    <form onSubmit={submit}>
      <label htmlFor={id} className="text-muted mb-1 block font-mono text-xs">
        {props.keyName}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          type="password"
          autoComplete="off"
          spellCheck={false}
          autoFocus={props.autoFocus === true}
          value={value}
          placeholder={props.placeholder ?? "Paste the key"}
          onChange={(event) => setValue(event.target.value)}
          aria-describedby={state.kind === "done" ? `${id}-outcome` : undefined}
          className="border-line-strong bg-surface h-8 min-w-0 flex-1 rounded-lg border px-3 font-mono text-[0.8125rem] placeholder:font-sans"
        />
        <Button type="submit" weight="primary" disabled={state.kind === "saving" || value.trim() === ""}>
          {state.kind === "saving" && <Spinner />}
          {props.submitLabel}
        </Button>
      </div>
      <p
        id={`${id}-outcome`}
        role="status"
        className={`mt-1.5 text-[0.8125rem] empty:hidden ${state.kind === "done" && !state.outcome.ok ? "text-bad" : "text-good"}`}
      >
        {state.kind === "done" ? state.outcome.sentence : ""}
      </p>
    </form>
  )
}
