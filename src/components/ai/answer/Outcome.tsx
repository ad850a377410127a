/** How an answer ended, when that needs saying: failed, cut, stopped, empty. */
import Play from "lucide-react/icons/play"
import type { ReactNode } from "react"
import type { AnswerView, ErrorView } from "@/hooks/ai/chatState"
import { Button } from "../../ui/Button"
import type { AnswerActions } from "./actions"
import { ErrorDetails } from "./ErrorDetails"
import { Remedy } from "./Remedy"

const Note = ({ children }: { readonly children: ReactNode }) => (
  <p className="border-line text-muted border-l-2 pl-3 text-[0.8125rem]">{children}</p>
)

const Failure = (props: {
  readonly error: ErrorView
  readonly partial: boolean
  readonly failedAt: number
  readonly actions: AnswerActions | undefined
}) => (
  <div className="border-bad-line bg-bad-soft flex flex-col gap-3 rounded-xl border px-4 py-3.5 text-[0.875rem]">
    <div>
      <p className="wrap-anywhere">
        {props.partial && <strong className="text-bad font-semibold">This answer is incomplete. </strong>}
        {props.error.sentence}
      </p>
      <ErrorDetails details={props.error.details} />
    </div>
    {props.actions !== undefined && (
      <Remedy remedy={props.error.remedy} failedAt={props.failedAt} actions={props.actions} />
    )}
  </div>
)

const noteOf = (answer: AnswerView, finishReason: string): string | undefined => {
  if (finishReason === "length") return "Cut by its length limit: the model had more to say."
  if (finishReason === "content-filter") return "Cut by the provider's content filter."
  return answer.text === "" && answer.toolCalls.length === 0 ? "The model gave an empty answer." : undefined
}

export const Outcome = (props: {
  readonly answer: AnswerView
  readonly actions: AnswerActions | undefined
}) => {
  const { answer, actions } = props
  const { status } = answer
  switch (status.state) {
    case "running":
      return null
    case "failed": {
      const { error, partial } = status
      const failedAt = answer.startedAt + status.duration
      return <Failure error={error} partial={partial} failedAt={failedAt} actions={actions} />
    }
    case "interrupted":
      return (
        <div className="flex flex-col items-start gap-3">
          <Note>Commander was stopped in the middle of this answer.</Note>
          {actions !== undefined && (
            <Button onClick={() => actions.continueAnswer(answer.id)}>
              <Play className="size-3.5" />
              Continue
            </Button>
          )}
        </div>
      )
    case "stopped":
      return <Note>Stopped by you{answer.text === "" ? " before the first word" : ""}.</Note>
    case "complete": {
      const note = noteOf(answer, status.finishReason)
      return note === undefined ? null : <Note>{note}</Note>
    }
  }
}
