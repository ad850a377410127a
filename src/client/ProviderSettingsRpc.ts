/** Provider settings over the page's line to its server. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ProviderSettings } from "./ProviderSettings"
import { CommanderClient, disconnected } from "./rpcClient"

export const ProviderSettingsRpc: Layer.Layer<ProviderSettings, never, CommanderClient> = Layer.effect(
  ProviderSettings,
  Effect.map(CommanderClient, (client) =>
    ProviderSettings.of({
      list: client
        .ListProviders()
        .pipe(Effect.catchTag("RpcClientError", (cause) => Effect.fail(disconnected(cause)))),
      setSecret: (keyName, value) =>
        client
          .SetSecret({ keyName, value })
          .pipe(Effect.catchTag("RpcClientError", (cause) => Effect.fail(disconnected(cause)))),
      deleteSecret: (keyName) =>
        client
          .DeleteSecret({ keyName })
          .pipe(Effect.catchTag("RpcClientError", (cause) => Effect.fail(disconnected(cause)))),
      test: (key) =>
        client.TestProvider({ key }).pipe(
          Effect.map(({ model }) => model),
          Effect.catchTag("RpcClientError", (cause) => Effect.fail(disconnected(cause))),
        ),
    }),
  ),
)
