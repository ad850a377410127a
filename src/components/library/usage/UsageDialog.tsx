/** What was used: by chat, by day, by model, of the last days or of all. */
import * as Tabs from "radix-ui/tabs"
import { useMemo, useState } from "react"
import type { Library, UsageQuery, UsageRow } from "@/hooks/conversations/library"
import { DialogFrame } from "../../ui/DialogFrame"
import { formatCount } from "../../ui/format"
import { Spinner } from "../../ui/Spinner"
import { UsageTable } from "./UsageTable"
import { dayOf, ranges, sinceOf, type Range } from "./usageWords"
import { useUsage } from "./useUsage"

type By = UsageQuery["by"]

/** The most that the contract gives at once. */
const mostRows = 1_000

const tabs: ReadonlyArray<{
  readonly by: By
  readonly words: string
  readonly of: string
  readonly nameOf: (row: UsageRow) => string
}> = [
  { by: "model", words: "By model", of: "Model", nameOf: ({ label }) => label },
  { by: "day", words: "By day", of: "Day (UTC)", nameOf: ({ label }) => dayOf(label) },
  { by: "conversation", words: "By chat", of: "Chat", nameOf: ({ label }) => label },
]

const Sums = (props: {
  readonly usage: Library["usage"]
  readonly tab: (typeof tabs)[number]
  readonly range: Range
  readonly now: number
}) => {
  const { tab, range, now } = props
  const query = useMemo<UsageQuery>(() => {
    const since = sinceOf(range, now)
    return { by: tab.by, limit: mostRows, ...(since === undefined ? {} : { since }) }
  }, [tab, range, now])
  const state = useUsage(props.usage, query)
  switch (state.status) {
    case "loading":
      return (
        <p className="text-muted flex items-center gap-2 p-5 text-[0.8125rem]">
          <Spinner /> Adding up…
        </p>
      )
    case "failed":
      return <p className="text-bad p-5 text-[0.8125rem] wrap-anywhere">{state.sentence}</p>
    case "loaded":
      if (state.rows.length === 0)
        return <p className="text-muted p-5 text-[0.8125rem]">Nothing was asked in this time.</p>
      return (
        <>
          <UsageTable
            caption={`Usage ${tab.words.toLowerCase()}, ${range.words.toLowerCase()}`}
            of={tab.of}
            rows={state.rows}
            nameOf={tab.nameOf}
          />
          {state.rows.length === mostRows && (
            <p className="text-muted px-5 py-3 text-xs">Only the first {formatCount(mostRows)} are shown.</p>
          )}
        </>
      )
  }
}

export const UsageDialog = (props: { readonly usage: Library["usage"]; readonly onClose: () => void }) => {
  const [range, setRange] = useState<Range>(ranges[1])
  const [now] = useState(() => Date.now())
  return (
    <DialogFrame
      title="Usage"
      description="Requests to providers, failed ones included. “At least”: what a provider did not tell is not in it."
      onClose={props.onClose}
    >
      <Tabs.Root defaultValue="model" className="flex min-h-0 flex-col">
        <div className="flex flex-wrap items-center justify-between gap-3 px-5 pt-4 pb-2">
          <Tabs.List aria-label="Usage" className="bg-sunken border-line flex rounded-lg border p-0.5">
            {tabs.map(({ by, words }) => (
              <Tabs.Trigger
                key={by}
                value={by}
                className="text-muted data-[state=active]:bg-raised data-[state=active]:text-ink data-[state=active]:shadow-composer h-7 rounded-md px-3 text-[0.8125rem] font-medium"
              >
                {words}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          <select
            aria-label="Time"
            value={ranges.indexOf(range)}
            onChange={({ target }) => setRange(ranges[target.selectedIndex] ?? ranges[0])}
            className="border-line-strong bg-surface h-8 rounded-lg border px-2 text-[0.8125rem]"
          >
            {ranges.map(({ words }, index) => (
              <option key={words} value={index}>
                {words}
              </option>
            ))}
          </select>
        </div>
        {tabs.map((tab) => (
          <Tabs.Content key={tab.by} value={tab.by} className="max-h-[58dvh] min-h-48 overflow-auto">
            <Sums usage={props.usage} tab={tab} range={range} now={now} />
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </DialogFrame>
  )
}
