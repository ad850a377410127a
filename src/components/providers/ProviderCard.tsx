/** One provider: its state, the health of its models, where its key comes from, and what can be done about these. */
import { useEffect, useRef, useState } from "react"
import type { ActionOutcome, Providers } from "@/hooks/ai/agentChat"
import type { ProviderView } from "@/hooks/ai/chatState"
import type { HealthView } from "@/hooks/ai/healthView"
import { KeyForm } from "../ai/answer/KeyForm"
import { Availability } from "../ai/header/Availability"
import { Button } from "../ui/Button"
import { Spinner } from "../ui/Spinner"
import { HealthOfTarget } from "./HealthOfTarget"

type Action = "test" | "delete"

type State =
  | { readonly kind: "idle" }
  | { readonly kind: "running"; readonly action: Action }
  | { readonly kind: "done"; readonly outcome: ActionOutcome }

const originSentence = (origin: string): string => {
  if (origin === "settings") return "Its key is saved here."
  return `Its key is set in ${origin === "environment" ? "the environment" : origin}. A key saved here goes before it.`
}

/** What the provider's state means, where that is not plain. */
const explanationOf = ({ availability, secret }: ProviderView): string | undefined => {
  if (availability.state === "not-found") return availability.hint
  return secret?.origin === undefined ? undefined : originSentence(secret.origin)
}

export const ProviderCard = (props: {
  readonly provider: ProviderView
  readonly providers: Providers
  /** Of its models that were asked. */
  readonly health: ReadonlyArray<HealthView>
  readonly focused: boolean
}) => {
  const { provider, providers, focused } = props
  const { secret } = provider
  const [state, setState] = useState<State>({ kind: "idle" })
  const card = useRef<HTMLLIElement>(null)

  useEffect(() => {
    if (focused) card.current?.scrollIntoView({ block: "nearest" })
  }, [focused])

  const run = async (action: Action, work: () => Promise<ActionOutcome>) => {
    setState({ kind: "running", action })
    setState({ kind: "done", outcome: await work() })
  }
  const busy = (action: Action) => state.kind === "running" && state.action === action
  const explanation = explanationOf(provider)

  return (
    <li ref={card} aria-label={provider.label} className="flex flex-col gap-3 px-5 py-4">
      <div className="flex min-h-8 items-center gap-3">
        <h3 className="font-medium">{provider.label}</h3>
        <Availability of={provider} />
        <div className="ml-auto flex gap-2">
          {secret?.origin === "settings" && (
            <Button
              weight="quiet"
              disabled={state.kind === "running"}
              onClick={() => void run("delete", () => providers.deleteKey(secret.keyName))}
            >
              {busy("delete") && <Spinner />}
              Delete key
            </Button>
          )}
          {provider.availability.state === "not-found" && (
            <Button onClick={providers.reload}>Look again</Button>
          )}
          {provider.availability.state === "ready" && (
            <Button
              disabled={state.kind === "running"}
              onClick={() => void run("test", () => providers.test(provider.key))}
            >
              {busy("test") && <Spinner />}
              Test
            </Button>
          )}
        </div>
      </div>
      {explanation !== undefined && (
        <p className="text-muted -mt-2 text-[0.8125rem] wrap-anywhere">{explanation}</p>
      )}
      {props.health.length > 0 && (
        <ul
          aria-label={`Health of ${provider.label}`}
          className="-mt-1 flex flex-col gap-1.5 text-[0.8125rem]"
        >
          {props.health.map((health) => (
            <HealthOfTarget key={health.target.model} health={health} />
          ))}
        </ul>
      )}
      {secret !== undefined && (
        <KeyForm
          keyName={secret.keyName}
          submitLabel="Save"
          placeholder={secret.origin === undefined ? "Paste the key" : "Paste another key"}
          autoFocus={focused}
          onSave={(value) => providers.saveKey(secret.keyName, value)}
        />
      )}
      <p
        role="status"
        className={`text-[0.8125rem] wrap-anywhere empty:hidden ${state.kind === "done" && !state.outcome.ok ? "text-bad" : "text-good"}`}
      >
        {state.kind === "done" ? state.outcome.sentence : ""}
      </p>
    </li>
  )
}
