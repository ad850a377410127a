/** What a chat has used, in the few characters that a header has for it: `$0.004 · 1.9k tok`. Pure. */
import type { UsageRow } from "@/hooks/conversations/library"
import { costOf, totalsOf } from "../../library/usage/usageWords"
import { joined } from "../../ui/format"

const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 })

/** Undefined as long as it is nothing. */
export const usageInShort = (rows: ReadonlyArray<UsageRow>): string | undefined => {
  const totals = totalsOf(rows)
  const tokens = totals.inputTokens + totals.outputTokens
  if (tokens === 0 && totals.usd === 0) return undefined
  return joined(
    totals.usd === 0 ? undefined : costOf(totals),
    tokens === 0 ? undefined : `${short.format(tokens).toLowerCase()} tok`,
  )
}
