/** What the provider said, as it said it, one click away. */
import ChevronRight from "lucide-react/icons/chevron-right"
import type { ErrorView } from "@/hooks/ai/chatState"

export const ErrorDetails = ({ details }: { readonly details: ErrorView["details"] }) =>
  details.length === 0 ? null : (
    <details className="group/details mt-1">
      <summary className="text-muted hover:text-ink inline-flex items-center gap-1 rounded text-xs font-medium">
        <ChevronRight className="size-3 transition-transform group-open/details:rotate-90" />
        Details
      </summary>
      <div
        role="group"
        aria-label="Error details"
        tabIndex={0}
        className="border-line bg-sunken mt-1.5 max-h-72 overflow-auto rounded-lg border px-3 py-2 text-xs"
      >
        <dl className="grid grid-cols-1 gap-x-4 gap-y-1 sm:grid-cols-[auto_1fr]">
          {details.map(({ label, value }) => (
            <div key={label} className="contents">
              <dt className="text-muted">{label}</dt>
              <dd className="mb-1 font-mono text-[0.71875rem] leading-[1.125rem] wrap-anywhere whitespace-pre-wrap sm:mb-0">
                {value}
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </details>
  )
