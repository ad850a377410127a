/** Markdown that may still be growing. Loaded when the first answer needs it. */
import { useDeferredValue, useMemo } from "react"
import { Streamdown } from "streamdown"
import { elements } from "./elements"
import { SeamBlock, SeamsContext } from "./SeamBlock"
import { blockSeam, type TextSeam } from "./seams"

export interface MarkdownProps {
  readonly text: string
  readonly streaming: boolean
  readonly seams: ReadonlyArray<TextSeam>
}

export const Markdown = ({ text, streaming, seams }: MarkdownProps) => {
  // A fast stream must not hold up typing and scrolling: the text may lag behind by a frame.
  const shown = useDeferredValue(text)
  // Compared by its characters, which stay the same while the text grows.
  const before = text.slice(0, seams.at(-1)?.at ?? 0)
  const blockSeams = useMemo(
    () => seams.map(({ at, says }) => blockSeam(before.slice(0, at), says)),
    [seams, before],
  )
  return (
    <SeamsContext value={blockSeams}>
      <Streamdown
        className="markdown"
        mode="streaming"
        dir="auto"
        components={elements}
        controls={false}
        isAnimating={streaming}
        BlockComponent={SeamBlock}
      >
        {shown}
      </Streamdown>
    </SeamsContext>
  )
}
