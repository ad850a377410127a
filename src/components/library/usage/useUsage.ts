/** What was used, as asked for; only the answer to the newest question counts. */
import { useEffect, useState } from "react"
import type { Library, UsageQuery, UsageRow } from "@/hooks/conversations/library"
import { sentenceOf } from "../sentenceOf"

export type Usage =
  | { readonly status: "loading" }
  | { readonly status: "loaded"; readonly rows: ReadonlyArray<UsageRow> }
  | { readonly status: "failed"; readonly sentence: string }

/** @param query keeps its identity while it is the same */
export const useUsage = (usage: Library["usage"], query: UsageQuery): Usage => {
  const [answered, setAnswered] = useState<{ readonly query: UsageQuery; readonly answer: Usage }>()
  useEffect(() => {
    let isNewest = true
    const show = (answer: Usage) => {
      if (isNewest) setAnswered({ query, answer })
    }
    usage(query).then(
      (rows) => show({ status: "loaded", rows }),
      (error: unknown) => show({ status: "failed", sentence: sentenceOf(error) }),
    )
    return () => {
      isNewest = false
    }
  }, [usage, query])
  return answered?.query === query ? answered.answer : { status: "loading" }
}
