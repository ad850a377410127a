/** The runtime that the hooks run on, from React's context: the page's, or an embedder's own. */
import { createContext, useContext } from "react"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import type { ProviderSettings } from "@/client/ProviderSettings"
import type { ChatOrchestratorService } from "@/services/ai/orchestration/ChatOrchestratorTag"

export type AgentRuntime = ManagedRuntime.ManagedRuntime<ChatOrchestratorService | ProviderSettings, never>

export const AgentRuntimeContext = createContext<AgentRuntime | undefined>(undefined)

export const useAgentRuntime = (): AgentRuntime => {
  const runtime = useContext(AgentRuntimeContext)
  if (runtime === undefined)
    throw new Error("AgentRuntimeContext has no value: wrap the tree in its provider")
  return runtime
}
