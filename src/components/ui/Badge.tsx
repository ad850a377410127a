/** A word that marks something: simulated, incomplete, stopped. */
import type { ReactNode } from "react"
import { cx } from "./cx"

const tones = {
  neutral: "bg-sunken text-muted border-line",
  wait: "bg-wait-soft text-wait border-transparent",
  bad: "bg-bad-soft text-bad border-transparent",
}

export const Badge = ({
  tone = "neutral",
  children,
}: {
  readonly tone?: keyof typeof tones
  readonly children: ReactNode
}) => (
  <span
    className={cx(
      "inline-flex shrink-0 items-center rounded-full border px-2 text-[0.6875rem] leading-[1.125rem] font-medium",
      tones[tone],
    )}
  >
    {children}
  </span>
)
