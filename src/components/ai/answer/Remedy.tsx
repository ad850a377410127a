/** What the user can do about a failure, right where it is shown. */
import RotateCcw from "lucide-react/icons/rotate-ccw"
import type { ErrorView } from "@/hooks/ai/chatState"
import { Button } from "../../ui/Button"
import { formatSeconds } from "../../ui/format"
import { useNow } from "../../ui/useNow"
import type { AnswerActions } from "./actions"
import { secondsLeft } from "./clocks"
import { KeyForm } from "./KeyForm"

const Patience = ({ until }: { readonly until: number }) => {
  const left = secondsLeft(until, useNow(250))
  return left === 0 ? null : (
    <span className="text-muted text-[0.8125rem] tabular-nums">
      can be asked again in {formatSeconds(left)}
    </span>
  )
}

export const Remedy = (props: {
  readonly remedy: ErrorView["remedy"]
  readonly failedAt: number
  readonly actions: AnswerActions
}) => {
  const { remedy, actions } = props
  if (remedy.kind === "none") return null
  const tryAgain = (
    <div className="flex flex-wrap items-center gap-3">
      <Button onClick={actions.regenerate}>
        <RotateCcw className="size-3.5" />
        Try again
      </Button>
      {remedy.kind === "try-again" && remedy.afterMillis !== undefined && (
        <Patience until={props.failedAt + remedy.afterMillis} />
      )}
    </div>
  )
  if (remedy.kind === "try-again") return tryAgain
  return (
    <div className="flex flex-col gap-3">
      <KeyForm
        keyName={remedy.keyName}
        submitLabel="Save and ask again"
        placeholder="Paste a valid key"
        onSave={async (value) => {
          const outcome = await actions.saveKey(remedy.keyName, value)
          if (outcome.ok) actions.regenerate()
          return outcome
        }}
      />
      {tryAgain}
    </div>
  )
}
