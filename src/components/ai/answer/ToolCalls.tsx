/** The tools that the model asked for. */
import Wrench from "lucide-react/icons/wrench"
import type { AnswerView } from "@/hooks/ai/chatState"

export const ToolCalls = ({ calls }: { readonly calls: AnswerView["toolCalls"] }) => (
  <ul aria-label="Tool calls" className="flex flex-col gap-1.5">
    {calls.map((call) => (
      <li
        key={call.id}
        className="border-line bg-surface flex items-baseline gap-2.5 rounded-lg border px-3 py-2 text-[0.8125rem]"
      >
        <Wrench aria-hidden="true" className="text-muted size-3.5 shrink-0 self-center" />
        <span className="font-mono">{call.name}</span>
        <code className="text-muted min-w-0 flex-1 font-mono text-xs wrap-anywhere">{call.params}</code>
      </li>
    ))}
  </ul>
)
