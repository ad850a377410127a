/** Goes from one version of a message to the others: ‹ 2/3 ›. */
import ChevronLeft from "lucide-react/icons/chevron-left"
import ChevronRight from "lucide-react/icons/chevron-right"
import type { Branches } from "@/hooks/conversations/chatTree"
import { IconButton } from "../../ui/IconButton"

export const BranchSwitch = (props: {
  readonly branches: Branches
  readonly onSelect: (messageId: string) => void
}) => {
  const { place, count, previous, next } = props.branches
  const step = (label: string, to: string | undefined, sign: React.ReactNode) => (
    <IconButton
      label={label}
      className="size-8 disabled:opacity-40"
      disabled={to === undefined}
      onClick={() => to !== undefined && props.onSelect(to)}
    >
      {sign}
    </IconButton>
  )
  return (
    <div role="group" aria-label="Versions" className="text-muted flex items-center text-xs tabular-nums">
      {step("Previous version", previous, <ChevronLeft className="size-4" />)}
      <span>
        <span className="sr-only">Version </span>
        {place}
        <span aria-hidden="true">/</span>
        <span className="sr-only"> of </span>
        {count}
      </span>
      {step("Next version", next, <ChevronRight className="size-4" />)}
    </div>
  )
}
