/** The page's runtime: chats, the orchestrator and the settings, all over one WebSocket to the server of the page. */
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { rpcPath } from "@/rpc/CommanderRpcs"
import type { ChatOrchestratorService } from "@/services/ai/orchestration/ChatOrchestratorTag"
import type { ConversationService } from "@/services/conversations/ConversationService"
import { TelemetryServiceLive } from "@/services/telemetry/TelemetryService"
import { ChatOrchestratorServiceRpc } from "./ChatOrchestratorServiceRpc"
import type { Connection } from "./Connection"
import { ConversationServiceRpc } from "./ConversationServiceRpc"
import type { ProviderSettings } from "./ProviderSettings"
import { ProviderSettingsRpc } from "./ProviderSettingsRpc"
import { layerWebSocket, type LineOptions } from "./rpcClient"

export type PageServices = ChatOrchestratorService | ConversationService | ProviderSettings | Connection

/** One readable line an event, in the browser's console. */
const console = Logger.layer([Logger.withConsoleLog(Logger.make(({ message }) => String(message)))])

export const pageRuntimeAt = (
  url: string,
  options?: LineOptions,
): ManagedRuntime.ManagedRuntime<PageServices, never> =>
  ManagedRuntime.make(
    Layer.mergeAll(ChatOrchestratorServiceRpc, ConversationServiceRpc, ProviderSettingsRpc).pipe(
      Layer.provide(TelemetryServiceLive),
      Layer.provideMerge(layerWebSocket(url, options)),
      Layer.provideMerge(console),
    ),
  )

export const pageRuntime = (): ManagedRuntime.ManagedRuntime<PageServices, never> =>
  pageRuntimeAt(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${rpcPath}`)
