/** A fenced block of code: its language, a copy button, colours when its grammar has come. */
import { memo } from "react"
import { useIsCodeFenceIncomplete } from "streamdown"
import { CopyButton } from "../ui/CopyButton"
import type { HighlightedLine } from "./highlighter"
import { useHighlight } from "./useHighlight"

const Line = memo(({ tokens }: { readonly tokens: HighlightedLine }) => (
  <>
    {tokens.map((token) => (
      <span key={token.offset} style={{ color: token.color }}>
        {token.content}
      </span>
    ))}
    {"\n"}
  </>
))

export const CodeBlock = ({ code, language }: { readonly code: string; readonly language: string }) => {
  const lines = useHighlight({ code, fence: language, isGrowing: useIsCodeFenceIncomplete() })
  return (
    <div className="border-line bg-surface code-block overflow-hidden rounded-xl border">
      <div className="border-line text-muted flex h-9 items-center justify-between border-b pr-1 pl-4 text-xs">
        <span className="font-mono">{language === "" ? "text" : language}</span>
        <CopyButton text={code} label="Copy code" className="size-7" />
      </div>
      <pre
        tabIndex={0}
        aria-label={language === "" ? "Code" : `Code, ${language}`}
        role="group"
        className="m-0 max-h-[32rem] overflow-auto px-4 py-3 font-mono text-[0.8125rem] leading-[1.6] whitespace-pre -outline-offset-2"
      >
        <code>
          {lines === undefined
            ? code
            : // Lines only grow at the end and never change places.
              lines.map((tokens, index) => <Line key={index} tokens={tokens} />)}
        </code>
      </pre>
    </div>
  )
}
