/** What the plan did for an answer: one line, and every step behind it. Opens by itself at the first failure. */
import ChevronDown from "lucide-react/icons/chevron-down"
import { useId, useState } from "react"
import type { AnswerView } from "@/hooks/ai/chatState"
import type { AnswerActions } from "../actions"
import { Glyph, type GlyphName } from "../Glyph"
import { Headline } from "./Headline"
import { endOf, hasTrouble, phaseOf } from "../summary"
import { TimelineRow } from "./TimelineRow"

const glyphOf = (answer: AnswerView): GlyphName => {
  switch (answer.status.state) {
    case "running": {
      const { kind } = phaseOf(answer)
      if (kind === "answering") return "answering"
      return kind === "waiting" ? "wait" : "busy"
    }
    case "complete":
      return "good"
    case "failed":
      return "bad"
    case "stopped":
    case "interrupted":
      return "stopped"
  }
}

export const PlanTimeline = (props: {
  readonly answer: AnswerView
  readonly actions: AnswerActions | undefined
}) => {
  const { answer } = props
  const [chosen, setChosen] = useState<boolean>()
  const listId = useId()
  const empty = answer.timeline.length === 0
  const open = !empty && (chosen ?? hasTrouble(answer))
  const endedAt = endOf(answer)
  // Steps that the run has not reached stand behind the rows of what happened.
  const current = answer.timeline.findLastIndex(({ kind }) => kind !== "not-needed")
  const mend = answer.status.state === "complete" ? props.actions?.saveKey : undefined
  return (
    <div
      role="group"
      aria-label="Plan timeline"
      className={open ? "border-line bg-surface rounded-xl border" : "rounded-xl border border-transparent"}
    >
      <button
        type="button"
        aria-expanded={open}
        aria-controls={open ? listId : undefined}
        disabled={empty}
        onClick={() => setChosen(!open)}
        className={`group flex w-full items-start gap-2 rounded-xl py-1.5 ${open ? "px-3" : "hover:bg-hover -mx-2 w-[calc(100%+1rem)] px-2"} transition-colors`}
      >
        <Glyph name={glyphOf(answer)} />
        <Headline answer={answer} />
        {!empty && (
          <ChevronDown
            aria-hidden="true"
            className={`text-muted group-hover:text-ink mt-0.5 ml-auto size-4 shrink-0 transition-transform ${open ? "rotate-180" : ""}`}
          />
        )}
      </button>
      {open && (
        <ol id={listId} className="border-line border-t px-3 py-1.5 text-[0.8125rem] leading-5">
          {answer.timeline.map((row, index) => (
            <TimelineRow
              key={row.kind === "not-needed" ? `step-${row.step}` : index}
              row={row}
              isLast={index === current}
              endedAt={endedAt}
              mend={mend}
            />
          ))}
        </ol>
      )}
    </div>
  )
}
