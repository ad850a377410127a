/** The page's conversations, followed for as long as a component uses them. */
import { useEffect } from "react"
import { useAgentRuntime } from "../ai/runtime"
import { pageOf, type Page } from "./page"

export const usePage = (): Page => {
  const page = pageOf(useAgentRuntime())
  useEffect(() => page.follow(), [page])
  return page
}
