/** The page's line to its server. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RpcClient from "effect/rpc/RpcClient"
import type { RpcClientError } from "effect/rpc/RpcClientError"
import * as RpcSerialization from "effect/rpc/RpcSerialization"
import * as Socket from "effect/socket/Socket"
import { CommanderRpcs } from "@/rpc/CommanderRpcs"
import { AIProviderError } from "@/services/ai/core/AIProviderError"

const make = RpcClient.make(CommanderRpcs)

export class CommanderClient extends Context.Service<CommanderClient, Effect.Success<typeof make>>()(
  "CommanderClient",
) {}

/** @param url of the server's WebSocket, e.g. `ws://127.0.0.1:4747/rpc` */
export const layerWebSocket = (url: string): Layer.Layer<CommanderClient> =>
  Layer.effect(CommanderClient, make).pipe(
    Layer.provide(RpcClient.layerProtocolSocket({ retryTransientErrors: true })),
    Layer.provide(RpcSerialization.layerJson),
    Layer.provide(Socket.layerWebSocket(url)),
    Layer.provide(Socket.layerWebSocketConstructorGlobal),
  )

/** A lost server is an error like another: the answer is incomplete, and asking again can help. */
export const disconnected = (cause: RpcClientError): AIProviderError =>
  AIProviderError.of({
    provider: "commander",
    reason: "Disconnected",
    message: "the connection to the Commander server was lost",
    cause,
  })

/** The server did not take a call: it is not running, or the way to it is blocked. */
export const unreachable: AIProviderError = AIProviderError.of({
  provider: "commander",
  reason: "Disconnected",
  message: "the Commander server does not answer",
})
