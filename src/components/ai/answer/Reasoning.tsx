/** What the model thought before it answered, folded away. */
import ChevronRight from "lucide-react/icons/chevron-right"

export const Reasoning = ({ text, thinking }: { readonly text: string; readonly thinking: boolean }) => (
  <details className="group/reasoning">
    <summary className="text-muted hover:text-ink inline-flex items-center gap-1.5 rounded text-[0.8125rem] font-medium">
      <ChevronRight className="size-3.5 transition-transform group-open/reasoning:rotate-90" />
      <span className={thinking ? "animate-breathe" : ""}>{thinking ? "Thinking" : "Reasoning"}</span>
    </summary>
    <p className="border-line text-muted mt-2 ml-1.5 border-l-2 pl-3.5 text-[0.875rem] leading-relaxed wrap-anywhere whitespace-pre-wrap">
      {text}
    </p>
  </details>
)
