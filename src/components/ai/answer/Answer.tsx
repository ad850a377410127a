/** An answer: how it came about, its text, how it ended, what can be done next. */
import RotateCcw from "lucide-react/icons/rotate-ccw"
import { memo, useMemo } from "react"
import type { AnswerView } from "@/hooks/ai/chatState"
import type { Branches } from "@/hooks/conversations/chatTree"
import { AnswerText } from "../../markdown/AnswerText"
import { CopyButton } from "../../ui/CopyButton"
import { IconButton } from "../../ui/IconButton"
import { BranchSwitch } from "../conversation/BranchSwitch"
import type { AnswerActions } from "./actions"
import { Outcome } from "./Outcome"
import { seamInWords } from "./timeline/attemptWords"
import { PlanTimeline } from "./timeline/PlanTimeline"
import { Reasoning } from "./Reasoning"
import { ToolCalls } from "./ToolCalls"

/** A failure that has its own "try again" needs no second one. */
const offersRemedy = ({ status }: AnswerView): boolean =>
  status.state === "failed" && status.error.remedy.kind !== "none"

interface Props {
  readonly answer: AnswerView
  readonly branches: Branches | undefined
  readonly onSelectBranch: (messageId: string) => void
  readonly actions: AnswerActions | undefined
}

const Footer = ({ answer, branches, onSelectBranch, actions }: Props) => (
  <div className="-mt-1 -ml-2 flex h-8 items-center gap-0.5">
    {branches !== undefined && <BranchSwitch branches={branches} onSelect={onSelectBranch} />}
    {answer.text !== "" && answer.status.state !== "running" && (
      <CopyButton text={answer.text} label="Copy answer" />
    )}
    {actions !== undefined && !offersRemedy(answer) && (
      <IconButton label="Regenerate" className="size-8" onClick={actions.regenerate}>
        <RotateCcw className="size-[0.9375rem]" />
      </IconButton>
    )}
  </div>
)

export const Answer = memo((props: Props) => {
  const { answer, actions } = props
  const running = answer.status.state === "running"
  const seams = useMemo(() => answer.seams.map(seamInWords), [answer.seams])
  return (
    <article aria-label="Answer" aria-busy={running} className="flex flex-col gap-3">
      <h2 className="sr-only">Answer</h2>
      {answer.origin !== undefined && (
        <p className="text-muted text-[0.8125rem]">Imported · {answer.origin}</p>
      )}
      {(running || answer.timeline.length > 0) && <PlanTimeline answer={answer} actions={actions} />}
      {answer.reasoning !== "" && (
        <Reasoning text={answer.reasoning} thinking={running && answer.text === ""} />
      )}
      {answer.text !== "" && <AnswerText text={answer.text} streaming={running} seams={seams} />}
      {answer.toolCalls.length > 0 && <ToolCalls calls={answer.toolCalls} />}
      <Outcome answer={answer} actions={actions} />
      {(!running || props.branches !== undefined) && <Footer {...props} />}
    </article>
  )
})
