/** The text of an answer: plain until the markdown code has come, and when it fails. */
import { Component, lazy, Suspense, type ReactNode } from "react"
import type { MarkdownProps } from "./Markdown"

const load = () => import("./Markdown")

const LazyMarkdown = lazy(() => load().then(({ Markdown }) => ({ default: Markdown })))

/** Fetches the code before it is needed; a failure shows itself when it is used. */
export const preloadMarkdown = () => void load().catch(() => undefined)

/** A text that cannot be drawn must not take the page with it. */
class Boundary extends Component<{ readonly fallback: ReactNode; readonly children: ReactNode }> {
  override state = { failed: false }
  static getDerivedStateFromError() {
    return { failed: true }
  }
  override render() {
    return this.state.failed ? this.props.fallback : this.props.children
  }
}

export const AnswerText = (props: MarkdownProps) => {
  const plain = <p className="wrap-anywhere whitespace-pre-wrap">{props.text}</p>
  return (
    <Boundary fallback={plain}>
      <Suspense fallback={plain}>
        <LazyMarkdown {...props} />
      </Suspense>
    </Boundary>
  )
}
