/** A link of an answer: only to the web or to a mail address, in a new tab, telling the target nothing about us. */
import type { ComponentProps } from "react"
import type { ExtraProps } from "streamdown"

const allowed = /^(https?:|mailto:)/i

export const SafeLink = ({ href, children, id }: ComponentProps<"a"> & ExtraProps) => {
  if (href?.startsWith("#") === true) {
    return (
      <a href={href} id={id}>
        {children}
      </a>
    )
  }
  // Also a link that is still being streamed.
  if (href === undefined || !allowed.test(href)) return <span>{children}</span>
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  )
}
