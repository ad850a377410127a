/** The runtime that the hooks run on, from React's context: the page's, or an embedder's own. */
import { createContext, useContext } from "react"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import type { PageServices } from "@/client/pageRuntime"

export type AgentRuntime = ManagedRuntime.ManagedRuntime<PageServices, never>

export const AgentRuntimeContext = createContext<AgentRuntime | undefined>(undefined)

export const useAgentRuntime = (): AgentRuntime => {
  const runtime = useContext(AgentRuntimeContext)
  if (runtime === undefined)
    throw new Error("AgentRuntimeContext has no value: wrap the tree in its provider")
  return runtime
}
