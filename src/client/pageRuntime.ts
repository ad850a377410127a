/** The page's runtime: the orchestrator and the settings, both over one WebSocket to the server of the page. */
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { rpcPath } from "@/rpc/CommanderRpcs"
import type { ChatOrchestratorService } from "@/services/ai/orchestration/ChatOrchestratorTag"
import { ChatOrchestratorServiceRpc } from "./ChatOrchestratorServiceRpc"
import type { ProviderSettings } from "./ProviderSettings"
import { ProviderSettingsRpc } from "./ProviderSettingsRpc"
import { layerWebSocket } from "./rpcClient"

export type PageServices = ChatOrchestratorService | ProviderSettings

export const pageRuntimeAt = (url: string): ManagedRuntime.ManagedRuntime<PageServices, never> =>
  ManagedRuntime.make(
    Layer.merge(ChatOrchestratorServiceRpc, ProviderSettingsRpc).pipe(Layer.provide(layerWebSocket(url))),
  )

export const pageRuntime = (): ManagedRuntime.ManagedRuntime<PageServices, never> =>
  pageRuntimeAt(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${rpcPath}`)
