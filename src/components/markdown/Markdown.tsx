/** Markdown that may still be growing. Loaded when the first answer needs it. */
import { useDeferredValue } from "react"
import { Streamdown } from "streamdown"
import { elements } from "./elements"

export const Markdown = ({ text, streaming }: { readonly text: string; readonly streaming: boolean }) => {
  // A fast stream must not hold up typing and scrolling: the text may lag behind by a frame.
  const shown = useDeferredValue(text)
  return (
    <Streamdown
      className="markdown"
      mode="streaming"
      dir="auto"
      components={elements}
      controls={false}
      isAnimating={streaming}
    >
      {shown}
    </Streamdown>
  )
}
