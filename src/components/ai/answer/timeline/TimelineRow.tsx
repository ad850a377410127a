/** One row of the plan timeline. */
import type { TimelineRow as Row } from "@/hooks/ai/chatState"
import type { AnswerActions } from "../actions"
import { TargetName } from "../TargetName"
import { AttemptRow } from "./AttemptRow"
import { RowLayout } from "./RowLayout"
import { SkippedRow } from "./SkippedRow"
import { WaitRow } from "./WaitRow"

export const TimelineRow = ({
  row,
  isLast,
  endedAt,
  mend,
}: {
  readonly row: Row
  readonly isLast: boolean
  readonly endedAt: number | undefined
  /** Saves a key, where one can be mended for the next answer. */
  readonly mend: AnswerActions["saveKey"] | undefined
}) => {
  switch (row.kind) {
    case "attempt":
      return <AttemptRow row={row} mend={mend} />
    case "wait":
      return <WaitRow row={row} isLast={isLast} endedAt={endedAt} />
    case "switched":
      return (
        <RowLayout
          glyph="switched"
          title={
            <>
              <span className="text-muted">switched to </span>
              <TargetName {...row.to} />
            </>
          }
          note={row.cause === "" ? undefined : <p className="text-muted wrap-anywhere">{row.cause}</p>}
        />
      )
    case "skipped":
      return <SkippedRow row={row} />
    case "not-needed":
      return (
        <RowLayout
          glyph="passed"
          quiet
          title={
            <>
              <TargetName provider={row.provider} model={row.model} />{" "}
              {endedAt === undefined ? "not asked yet" : "not needed"}
            </>
          }
        />
      )
  }
}
