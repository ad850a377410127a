/** A wait before the next request: counting down, then how long it was. */
import type { TimelineRow } from "@/hooks/ai/chatState"
import { formatDuration } from "../../../ui/format"
import { useNow } from "../../../ui/useNow"
import { Countdown } from "../clocks"
import { RowLayout } from "./RowLayout"

interface Props {
  readonly row: Extract<TimelineRow, { readonly kind: "wait" }>
  readonly isLast: boolean
  readonly endedAt: number | undefined
}

export const WaitRow = ({ row, isLast, endedAt }: Props) => {
  const under = isLast && endedAt === undefined
  const now = useNow(250, under)
  const waiting = under && now < row.until
  // A stop cuts a wait short; what follows a wait has waited for all of it.
  const cutBy = isLast && endedAt !== undefined ? Math.max(0, row.until - endedAt) : 0
  const waited = Math.max(0, row.delay - cutBy)
  const why = row.askedByProvider ? "the provider asked for it" : row.cause
  return (
    <RowLayout
      glyph="wait"
      quiet={!waiting}
      title={
        <>
          {waiting ? (
            <>
              waiting, <Countdown until={row.until} /> left
            </>
          ) : (
            `waited ${formatDuration(waited)}`
          )}
          {why !== "" && <span className="text-muted"> ({why})</span>}
        </>
      }
    />
  )
}
