/** A square button whose name is read aloud and shown as a tooltip. */
import type { ComponentProps } from "react"
import { cx } from "./cx"

export const IconButton = ({
  label,
  className,
  ...props
}: Omit<ComponentProps<"button">, "aria-label" | "title"> & { readonly label: string }) => (
  <button
    type="button"
    aria-label={label}
    title={label}
    className={cx(
      "text-muted hover:bg-hover hover:text-ink inline-flex size-9 shrink-0 items-center justify-center rounded-lg transition-colors",
      className,
    )}
    {...props}
  />
)
