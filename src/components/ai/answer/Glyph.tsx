/** The sign before a row of the timeline. The words beside it say the same. */
import ArrowDown from "lucide-react/icons/arrow-down"
import Check from "lucide-react/icons/check"
import Hourglass from "lucide-react/icons/hourglass"
import Minus from "lucide-react/icons/minus"
import Square from "lucide-react/icons/square"
import X from "lucide-react/icons/x"
import { Spinner } from "../../ui/Spinner"

export type GlyphName = "busy" | "answering" | "good" | "bad" | "wait" | "stopped" | "switched" | "passed"

const line = { className: "size-3.5", strokeWidth: 2.5 }

const signs = {
  busy: { tone: "text-accent", sign: <Spinner /> },
  answering: {
    tone: "text-accent",
    sign: <span className="animate-breathe size-2 rounded-full bg-current" />,
  },
  good: { tone: "text-good", sign: <Check {...line} /> },
  bad: { tone: "text-bad", sign: <X {...line} /> },
  wait: { tone: "text-wait", sign: <Hourglass className="size-3.5" strokeWidth={2} /> },
  stopped: { tone: "text-muted", sign: <Square className="size-2.5 fill-current" /> },
  switched: { tone: "text-muted", sign: <ArrowDown {...line} /> },
  passed: { tone: "text-muted", sign: <Minus {...line} /> },
}

export const Glyph = ({ name }: { readonly name: GlyphName }) => (
  <span aria-hidden="true" className={`flex size-5 shrink-0 items-center justify-center ${signs[name].tone}`}>
    {signs[name].sign}
  </span>
)
