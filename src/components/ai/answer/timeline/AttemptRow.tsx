/** A request to a provider: under way, answered, failed, not needed or stopped. */
import type { Remedy, TimelineRow } from "@/hooks/ai/chatState"
import { formatDuration, joined } from "../../../ui/format"
import type { AnswerActions } from "../actions"
import { Elapsed } from "../clocks"
import { ErrorDetails } from "../ErrorDetails"
import { KeyForm } from "../KeyForm"
import { TargetName } from "../TargetName"
import { failure, notNeeded, words } from "./attemptWords"
import { RowLayout } from "./RowLayout"

export const AttemptRow = (props: {
  readonly row: Extract<TimelineRow, { readonly kind: "attempt" }>
  readonly mend: AnswerActions["saveKey"] | undefined
}) => {
  const { row, mend } = props
  const { outcome } = row
  const says = words[row.role]
  const title = (says: string) => (
    <>
      <TargetName {...row.target} />{" "}
      <span className="text-muted">
        #{row.attempt} {says}
      </span>
    </>
  )
  switch (outcome.state) {
    case "asking":
      return (
        <RowLayout
          glyph="busy"
          title={title(says.asking)}
          side={<Elapsed since={row.startedAt} after={1_000} />}
        />
      )
    case "answering":
      return (
        <RowLayout
          glyph="answering"
          title={title(`${says.answering} · first token after ${formatDuration(outcome.timeToFirstPart)}`)}
        />
      )
    case "answered": {
      const { duration, spent, timeToFirstPart } = outcome
      const first = `first token after ${formatDuration(timeToFirstPart)}`
      return (
        <RowLayout
          glyph="good"
          title={title(joined(says.answered, first, spent.tokens))}
          side={joined(formatDuration(duration), spent.cost)}
        />
      )
    }
    case "failed":
      return (
        <RowLayout
          glyph="bad"
          title={title(failure(outcome))}
          side={joined(formatDuration(outcome.duration), outcome.spent.cost)}
          note={
            <>
              <p className="wrap-anywhere">{outcome.error.sentence}</p>
              <ErrorDetails details={outcome.error.details} />
              <KeyToMend remedy={outcome.error.remedy} mend={mend} />
            </>
          }
        />
      )
    case "superseded":
      return (
        <RowLayout
          glyph="passed"
          quiet
          title={title(notNeeded(outcome.by))}
          side={joined(formatDuration(outcome.duration), outcome.spent.cost)}
        />
      )
    case "stopped":
      return (
        <RowLayout glyph="stopped" title={title("stopped by you")} side={formatDuration(outcome.duration)} />
      )
  }
}

/** The answer came from somebody else; the key can be mended for the next one. */
const KeyToMend = (props: {
  readonly remedy: Remedy
  readonly mend: AnswerActions["saveKey"] | undefined
}) => {
  const { remedy, mend } = props
  if (remedy.kind !== "fix-key" || mend === undefined) return null
  return (
    <div className="mt-2 max-w-md">
      <KeyForm
        keyName={remedy.keyName}
        submitLabel="Save"
        placeholder="Paste a valid key"
        onSave={(value) => mend(remedy.keyName, value)}
      />
    </div>
  )
}
