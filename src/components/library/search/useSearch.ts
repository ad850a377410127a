/** Searches while it is typed: after a pause, and only the answer to the newest question counts. */
import { useEffect, useState } from "react"
import type { Library, SearchHit } from "@/hooks/conversations/library"
import { sentenceOf } from "../sentenceOf"

const pauseMillis = 120

export type Search =
  | { readonly status: "idle" }
  /** With what was found for the question before, so that the list does not flicker. */
  | { readonly status: "searching"; readonly hits: ReadonlyArray<SearchHit> }
  | { readonly status: "found"; readonly hits: ReadonlyArray<SearchHit> }
  | { readonly status: "failed"; readonly sentence: string }

export const hitsOf = (search: Search): ReadonlyArray<SearchHit> =>
  search.status === "searching" || search.status === "found" ? search.hits : []

export const useSearch = (search: Library["search"], text: string): Search => {
  const query = text.trim()
  const [answered, setAnswered] = useState<{ readonly query: string; readonly answer: Search }>()

  useEffect(() => {
    if (query === "") return
    let isNewest = true
    const show = (answer: Search) => {
      if (isNewest) setAnswered({ query, answer })
    }
    const timer = setTimeout(() => {
      search(query).then(
        (hits) => show({ status: "found", hits }),
        (error: unknown) => show({ status: "failed", sentence: sentenceOf(error) }),
      )
    }, pauseMillis)
    return () => {
      isNewest = false
      clearTimeout(timer)
    }
  }, [search, query])

  if (query === "") return { status: "idle" }
  if (answered?.query === query) return answered.answer
  return { status: "searching", hits: answered === undefined ? [] : hitsOf(answered.answer) }
}
