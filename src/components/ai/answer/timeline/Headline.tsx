/** The first line of an answer: who writes or wrote it, how long it took, what it cost, who was asked for. */
import { Fragment } from "react"
import type { AnswerView } from "@/hooks/ai/chatState"
import { Badge } from "../../../ui/Badge"
import { formatDuration, plural } from "../../../ui/format"
import { Countdown, Elapsed, Silence } from "../clocks"
import { attemptsOf, insteadOf, isSimulated, phaseOf } from "../summary"
import { TargetName } from "../TargetName"

const Running = ({ answer }: { readonly answer: AnswerView }) => {
  const phase = phaseOf(answer)
  switch (phase.kind) {
    case "starting":
      return <>Starting</>
    case "asking":
      return (
        <>
          Asking{" "}
          {phase.targets.map((target, index) => (
            <Fragment key={`${target.provider}/${target.model}`}>
              {index > 0 && " and "}
              <TargetName {...target} />
            </Fragment>
          ))}
          {phase.toFinish && " to finish the answer"}
          <Elapsed since={phase.since} before=" · " />
        </>
      )
    case "waiting":
      return (
        <>
          Waiting <Countdown until={phase.until} /> to ask <TargetName {...phase.target} /> again
        </>
      )
    case "switching":
      return (
        <>
          Switching to <TargetName {...phase.target} />
        </>
      )
    case "answering":
      return (
        <>
          <strong className="text-ink font-medium">
            <TargetName {...phase.target} />
          </strong>{" "}
          {answer.text === "" && answer.reasoning !== "" ? "is thinking" : "is answering"}
          <Silence progress={answer.text.length + answer.reasoning.length + answer.toolCalls.length} />
        </>
      )
  }
}

const Finished = ({ answer, duration }: { readonly answer: AnswerView; readonly duration: number }) => {
  // Tokens say how long a free answer is; of the others the cost says more.
  const spent = answer.spent.cost ?? answer.spent.tokens
  const attempts = attemptsOf(answer).length
  return (
    <>
      {answer.answeredBy === undefined ? (
        <span className="text-ink">No answer</span>
      ) : (
        <strong className="text-ink font-medium wrap-anywhere">{answer.answeredBy.model}</strong>
      )}
      {attempts > 1 && ` · ${plural(attempts, "attempt")}`}
      {` · ${formatDuration(duration)}`}
      {spent !== undefined && ` · ${spent}`}
    </>
  )
}

export const Headline = ({ answer }: { readonly answer: AnswerView }) => {
  const { status } = answer
  const asked = insteadOf(answer)
  return (
    <span className="text-muted flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 text-left text-[0.8125rem] leading-5 tabular-nums">
      <span className="min-w-0">
        {status.state === "running" ? (
          <Running answer={answer} />
        ) : (
          <Finished answer={answer} duration={status.duration} />
        )}
        {asked !== undefined && (
          <>
            {" · asked for "}
            <TargetName {...asked} />
          </>
        )}
      </span>
      {isSimulated(answer) && <Badge tone="wait">simulated</Badge>}
      {status.state === "failed" && status.partial && <Badge tone="bad">incomplete</Badge>}
      {status.state === "stopped" && <Badge>stopped</Badge>}
      {status.state === "interrupted" && <Badge tone="wait">interrupted</Badge>}
    </span>
  )
}
