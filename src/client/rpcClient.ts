/** The page's line to its server. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as RpcClient from "effect/rpc/RpcClient"
import type { RpcClientError } from "effect/rpc/RpcClientError"
import { constPing } from "effect/rpc/RpcMessage"
import * as RpcSerialization from "effect/rpc/RpcSerialization"
import * as Socket from "effect/socket/Socket"
import { CommanderRpcs } from "@/rpc/CommanderRpcs"
import { AIProviderError } from "@/services/ai/core/AIProviderError"
import { Connection, type ConnectionState } from "./Connection"
import * as WakeableSocket from "./wakeableSocket"

const make = RpcClient.make(CommanderRpcs)

export class CommanderClient extends Context.Service<CommanderClient, Effect.Success<typeof make>>()(
  "CommanderClient",
) {}

export interface LineOptions extends WakeableSocket.Pace {
  /** How often a ping is sent. A line on which nothing was heard between two of them is dead. */
  readonly heartbeat: Duration.Duration
}

export const defaults: LineOptions = { ...WakeableSocket.defaults, heartbeat: Duration.seconds(3) }

/** @param url of the server's WebSocket, e.g. `ws://127.0.0.1:4747/rpc` */
export const layerWebSocket = (
  url: string,
  options: LineOptions = defaults,
): Layer.Layer<CommanderClient | Connection> =>
  Layer.effect(CommanderClient, make).pipe(
    Layer.provide(
      RpcClient.layerProtocolSocket({
        pingInterval: options.heartbeat,
        retryTransientErrors: true,
        // The socket itself waits.
        retryPolicy: Schedule.forever,
      }),
    ),
    Layer.provideMerge(layerLine(url, options)),
    Layer.provide(RpcSerialization.layerJson),
    Layer.provide(Socket.layerWebSocketConstructorGlobal),
  )

/** The socket, and what is told of it. */
const layerLine = (url: string, options: LineOptions) =>
  Layer.effectContext(
    Effect.gen(function* () {
      const { socket, wake } = yield* WakeableSocket.make(url, JSON.stringify(constPing), options)
      const state = yield* SubscriptionRef.make<ConnectionState>({ type: "connecting" })
      const lose = Effect.flatMap(Clock.currentTimeMillis, (since) =>
        SubscriptionRef.updateSome(state, ({ type }) =>
          type === "lost" ? Option.none() : Option.some({ type: "lost", since }),
        ),
      )
      return Context.make(Socket.Socket, socket).pipe(
        Context.add(RpcClient.ConnectionHooks, {
          onConnect: SubscriptionRef.set(state, { type: "connected" }),
          // This comes before the calls under way fail: whoever then waits for a line does not see the lost one.
          onDisconnect: lose,
        }),
        Context.add(Connection, { states: SubscriptionRef.changes(state), wake }),
      )
    }),
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
