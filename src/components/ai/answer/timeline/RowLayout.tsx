/** The shape of a timeline row: a sign, what happened, a note below, a number at the side. */
import type { ReactNode } from "react"
import { Glyph, type GlyphName } from "../Glyph"

export const RowLayout = (props: {
  readonly glyph: GlyphName
  readonly title: ReactNode
  readonly note?: ReactNode
  readonly side?: ReactNode
  readonly quiet?: boolean
}) => (
  <li className="relative flex gap-2 py-1">
    <Glyph name={props.glyph} />
    <div className="min-w-0 flex-1">
      <div className="flex gap-3">
        <div className={`min-w-0 flex-1 ${props.quiet === true ? "text-muted" : ""}`}>{props.title}</div>
        <div className="text-muted shrink-0 text-right tabular-nums">{props.side}</div>
      </div>
      {props.note}
    </div>
  </li>
)
