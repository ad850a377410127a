/** Provider settings over the page's line to its server. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { RpcClientError } from "effect/rpc/RpcClientError"
import type { AiError } from "@/services/ai/core/AgentLanguageModel"
import { ProviderSettings } from "./ProviderSettings"
import { CommanderClient, disconnected, unreachable } from "./rpcClient"

export const defaults = {
  /** How long a call may take; a test asks a provider, which the server limits to 20 seconds. */
  call: Duration.seconds(10),
  test: Duration.seconds(30),
}

export const ProviderSettingsRpc: Layer.Layer<ProviderSettings, never, CommanderClient> = Layer.effect(
  ProviderSettings,
  Effect.map(CommanderClient, (client) =>
    ProviderSettings.of({
      list: within(defaults.call, client.ListProviders()),
      health: within(defaults.call, client.ListHealth()),
      setSecret: (keyName, value) => within(defaults.call, client.SetSecret({ keyName, value })),
      deleteSecret: (keyName) => within(defaults.call, client.DeleteSecret({ keyName })),
      test: (key) => Effect.map(within(defaults.test, client.TestProvider({ key })), ({ model }) => model),
    }),
  ),
)

/** A call fails in the page's terms, also when the socket is down and reconnecting. */
const within = <A>(
  duration: Duration.Duration,
  call: Effect.Effect<A, AiError | RpcClientError>,
): Effect.Effect<A, AiError> =>
  call.pipe(
    Effect.catchTag("RpcClientError", (cause) => Effect.fail(disconnected(cause))),
    Effect.timeoutOrElse({ duration, orElse: () => Effect.fail(unreachable) }),
  )
