/** The providers as the server knows them, and what the settings may do with their keys. */
import { useCallback, useEffect, useState } from "react"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { ProviderSettings } from "@/client/ProviderSettings"
import type { ProviderInfo } from "@/rpc/CommanderRpcs"
import type { RunError } from "@/services/ai/orchestration/PlanEvent"
import type { ActionOutcome, Providers } from "./agentChat"
import type { ProviderView } from "./chatState"
import { errorView } from "./errorView"
import { useAgentRuntime } from "./runtime"

export const useProviders = (): Providers => {
  const runtime = useAgentRuntime()
  const [state, setState] = useState<Providers["state"]>({ status: "loading" })

  const reload = useCallback(() => {
    runtime.runFork(
      ProviderSettings.pipe(
        Effect.flatMap(({ list }) => list),
        Effect.match({
          onSuccess: (providers) => setState({ status: "loaded", providers: providers.map(toView) }),
          onFailure: (error) => setState({ status: "failed", sentence: errorView(error).sentence }),
        }),
      ),
    )
  }, [runtime])

  useEffect(reload, [reload])

  const act = useCallback(
    (action: Effect.Effect<string, RunError, ProviderSettings>): Promise<ActionOutcome> =>
      runtime.runPromise(
        action.pipe(
          Effect.match({
            onSuccess: (sentence) => ({ ok: true, sentence }),
            onFailure: (error) => ({ ok: false, sentence: errorView(error).sentence }),
          }),
          Effect.tap(() => Effect.sync(reload)),
        ),
      ),
    [runtime, reload],
  )

  return {
    state,
    reload,
    saveKey: useCallback(
      (keyName, value) =>
        act(
          ProviderSettings.pipe(
            Effect.flatMap((settings) => settings.setSecret(keyName, Redacted.make(value))),
            Effect.as(`${keyName} is saved.`),
          ),
        ),
      [act],
    ),
    deleteKey: useCallback(
      (keyName) =>
        act(
          ProviderSettings.pipe(
            Effect.flatMap((settings) => settings.deleteSecret(keyName)),
            Effect.as(`${keyName} is removed from the settings.`),
          ),
        ),
      [act],
    ),
    test: useCallback(
      (providerKey) =>
        act(
          ProviderSettings.pipe(
            Effect.flatMap((settings) => settings.test(providerKey)),
            Effect.map((model) => `${model} answered.`),
          ),
        ),
      [act],
    ),
  }
}

const toView = ({ availability, ...info }: ProviderInfo): ProviderView => {
  switch (availability._tag) {
    case "Ready":
      return { ...info, availability: { state: "ready" } }
    case "MissingKey":
      return { ...info, availability: { state: "missing-key", keyName: availability.keyName } }
    case "NotFound":
      return {
        ...info,
        availability: { state: "not-found", keyName: availability.keyName, hint: availability.hint },
      }
  }
}
