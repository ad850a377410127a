/** The services of a server over one upstream, without logs. */
import "./sources.ts"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"

const { layerFrom } = await import("../src/server/services.ts")
const { ConfigurationSources, memorySettings } = await import("../src/services/configuration/index.ts")

export const servicesOver = (port: number) => {
  const values = { OPENAI_API_KEY: "none-needed", OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` }
  const sources = Layer.effect(
    ConfigurationSources,
    Effect.map(memorySettings, (settings) => ({
      settings,
      others: [{ origin: "environment" as const, values: Effect.succeed(values) }],
      endpoints: Effect.succeed({}),
      models: Effect.succeed({}),
      plans: Effect.succeed({}),
    })),
  )
  return layerFrom(sources, Logger.layer([]))
}

export const median = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? 0
