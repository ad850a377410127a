/** What the plan did for an answer: one line, and every step behind it. Opens by itself at the first failure. */
import ChevronDown from "lucide-react/icons/chevron-down"
import { useId, useState } from "react"
import type { AnswerView } from "@/hooks/ai/chatState"
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
      return "stopped"
  }
}

export const PlanTimeline = ({ answer }: { readonly answer: AnswerView }) => {
  const [chosen, setChosen] = useState<boolean>()
  const listId = useId()
  const empty = answer.timeline.length === 0
  const open = !empty && (chosen ?? hasTrouble(answer))
  const endedAt = endOf(answer)
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
            // Rows are only added at the end; the last one changes in place.
            <TimelineRow
              key={index}
              row={row}
              isLast={index === answer.timeline.length - 1}
              endedAt={endedAt}
            />
          ))}
        </ol>
      )}
    </div>
  )
}
