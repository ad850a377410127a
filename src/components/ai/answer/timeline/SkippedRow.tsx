/** A step that was passed over: why, and when its provider can be asked again. */
import type { TimelineRow } from "@/hooks/ai/chatState"
import { Reopening } from "../clocks"
import { RowLayout } from "./RowLayout"

export const SkippedRow = ({ row }: { readonly row: Extract<TimelineRow, { readonly kind: "skipped" }> }) => (
  <RowLayout
    glyph="passed"
    title={
      <>
        {row.provider}{" "}
        <span className="text-muted">{row.lacks ? "cannot do what this needs" : "skipped"}</span>
      </>
    }
    note={
      <p className="text-muted wrap-anywhere">
        {row.message}
        {row.reopensAt !== undefined && <Reopening at={row.reopensAt} />}
      </p>
    }
  />
)
