/** How targets are doing, asked again every two seconds while a component shows it. */
import { useEffect, useState } from "react"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import { ProviderSettings } from "@/client/ProviderSettings"
import { healthView, type HealthView } from "./healthView"
import { useAgentRuntime } from "./runtime"

export const defaults = { period: Duration.seconds(2) }

type Health = ReadonlyArray<HealthView>

/** Empty until it is known, and while the server does not answer: what was true a while ago is not shown as true. */
const unknown: Health = []

export const useHealth = (): Health => {
  const runtime = useAgentRuntime()
  const [health, setHealth] = useState<Health>(unknown)
  useEffect(() => {
    const fiber = runtime.runFork(
      ProviderSettings.pipe(
        Effect.flatMap((settings) => settings.health),
        Effect.match({
          onSuccess: (reports) => setHealth(reports.map(healthView)),
          onFailure: () => setHealth(unknown),
        }),
        Effect.repeat(Schedule.spaced(defaults.period)),
      ),
    )
    return () => {
      runtime.runFork(Fiber.interrupt(fiber))
    }
  }, [runtime])
  return health
}
