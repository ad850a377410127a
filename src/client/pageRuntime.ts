/** The page's runtime: the orchestrator and the settings, both over one WebSocket to the server of the page. */
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { rpcPath } from "@/rpc/CommanderRpcs"
import type { ChatOrchestratorService } from "@/services/ai/orchestration/ChatOrchestratorTag"
import { TelemetryServiceLive } from "@/services/telemetry/TelemetryService"
import { ChatOrchestratorServiceRpc } from "./ChatOrchestratorServiceRpc"
import type { ProviderSettings } from "./ProviderSettings"
import { ProviderSettingsRpc } from "./ProviderSettingsRpc"
import { layerWebSocket } from "./rpcClient"

export type PageServices = ChatOrchestratorService | ProviderSettings

/** One readable line an event, in the browser's console. */
const console = Logger.layer([Logger.withConsoleLog(Logger.make(({ message }) => String(message)))])

export const pageRuntimeAt = (url: string): ManagedRuntime.ManagedRuntime<PageServices, never> =>
  ManagedRuntime.make(
    Layer.merge(ChatOrchestratorServiceRpc, ProviderSettingsRpc).pipe(
      Layer.provide(TelemetryServiceLive),
      Layer.provide(layerWebSocket(url)),
      Layer.provideMerge(console),
    ),
  )

export const pageRuntime = (): ManagedRuntime.ManagedRuntime<PageServices, never> =>
  pageRuntimeAt(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${rpcPath}`)
