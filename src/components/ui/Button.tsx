/** A button with words, in three weights. */
import type { ComponentProps } from "react"
import { cx } from "./cx"

const weights = {
  primary: "bg-accent text-accent-ink hover:bg-accent-strong border-transparent",
  secondary: "bg-surface text-ink hover:bg-hover border-line-strong",
  quiet: "text-muted hover:text-ink hover:bg-hover border-transparent",
}

export const Button = ({
  weight = "secondary",
  className,
  ...props
}: ComponentProps<"button"> & { readonly weight?: keyof typeof weights }) => (
  <button
    type="button"
    className={cx(
      "inline-flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-lg border px-3 text-[0.8125rem] font-medium whitespace-nowrap transition-colors disabled:opacity-50",
      weights[weight],
      className,
    )}
    {...props}
  />
)
