/** How one model is doing: whether it is asked, since when not and why, how often it failed, how fast it begins. */
import type { HealthView } from "@/hooks/ai/healthView"
import { Reopening } from "../ai/answer/clocks"
import { cx } from "../ui/cx"
import { formatCount, formatDuration, joined, plural } from "../ui/format"

const states: Readonly<Record<HealthView["state"], { readonly text: string; readonly tone: string }>> = {
  closed: { text: "is asked as usual", tone: "text-good" },
  "half-open": { text: "is being tried again", tone: "text-wait" },
  open: { text: "is not asked, after failures", tone: "text-bad" },
  cooling: { text: "is left alone for a while", tone: "text-wait" },
  "bad-key": { text: "is not asked: its key was refused", tone: "text-bad" },
  refused: { text: "is left alone: it refused what was asked", tone: "text-bad" },
}

const figures = ({ requests, failures, firstPart }: HealthView): string =>
  joined(
    requests === 0 ? undefined : `${formatCount(failures)} of ${plural(requests, "request")} failed`,
    firstPart === undefined
      ? undefined
      : `begins within ${formatDuration(firstPart.half)}, nearly always within ${formatDuration(firstPart.most)}`,
  )

export const HealthOfTarget = ({ health }: { readonly health: HealthView }) => {
  const { text, tone } = states[health.state]
  return (
    <li className="relative pl-3.5 leading-5">
      <span
        aria-hidden="true"
        className={cx("absolute top-[0.4375rem] left-0 size-1.5 rounded-full bg-current", tone)}
      />
      <span className="font-mono text-xs">{health.target.model}</span>{" "}
      <span className="text-muted">
        {text}
        {health.until !== undefined && <Reopening at={health.until} />}
      </span>
      <p className="text-muted tabular-nums empty:hidden">{figures(health)}</p>
      {health.why !== undefined && <p className="text-muted wrap-anywhere">{health.why}</p>}
    </li>
  )
}
