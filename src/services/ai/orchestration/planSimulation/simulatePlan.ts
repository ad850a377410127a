/** Runs a plan many times, in virtual time, over providers that fail as a script says. The executor is the real one; nothing is called. */
import * as Prompt from "effect/ai/Prompt"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import { ConfigurationService, ConfigurationSources, layer, memorySettings } from "../../../configuration"
import { TelemetryService } from "../../../telemetry/TelemetryService"
import { AIConfigurationError } from "../../core/AIConfigurationError"
import type { ModelOverrides } from "../../core/models"
import { ProviderRegistry, type Provider } from "../../core/ProviderRegistry"
import { TargetHealthMemory } from "../health/TargetHealthLive"
import type { RequestSize } from "../planReport/bounds"
import type { Survey } from "../planReport/survey"
import { PlanRunner } from "../PlanRunner"
import { PlanRunnerLive } from "../PlanRunnerLive"
import type { Fault } from "./Fault"
import { storyOf } from "./runStory"
import { scriptedModel } from "./scriptedModel"
import { answerText } from "./simulatedAnswer"
import type { SimulationReport } from "./SimulationReport"
import { makeTally } from "./tally"
import { inVirtualTime, type NothingHappens } from "./virtualTime"

export interface Simulation {
  /** Its targets are taken as ready, whether they have a key or not. */
  readonly survey: Survey
  readonly faults: ReadonlyArray<Fault>
  readonly runs: number
  /** They begin evenly spaced. */
  readonly runsPerSecond: number
  readonly size: RequestSize
  /** The same seed, the same dice. */
  readonly seed: string
}

export const defaults = { runs: 1_000, runsPerSecond: 10, seed: "1" }

export const simulatePlan = Effect.fnUntraced(function* (
  simulation: Simulation,
): Effect.fn.Return<SimulationReport, NothingHappens | AIConfigurationError, ConfigurationService> {
  const { survey, faults, runs, runsPerSecond, size, seed } = simulation
  const { models } = yield* ConfigurationService
  const overrides = yield* Effect.mapError(
    models,
    (cause) => new AIConfigurationError({ message: cause.message, cause }),
  )
  const tally = makeTally(survey, answerText(0, size.outputTokens))
  const plan = survey.plan.with({ steps: withModels(survey) })
  const prompt = promptOf(size)
  const interval = Duration.millis(1_000 / runsPerSecond)

  const runOnce = Effect.fnUntraced(function* () {
    const { run } = yield* PlanRunner
    tally.add(storyOf(yield* Stream.runCollect(run({ plan, prompt }))))
  })

  const allRuns = Effect.scoped(
    Effect.gen(function* () {
      const running = yield* FiberSet.make()
      for (let started = 0; started < runs; started += 1) {
        if (started > 0) yield* Effect.sleep(interval)
        yield* FiberSet.run(running, runOnce())
      }
      yield* FiberSet.awaitEmpty(running)
      return Duration.millis(yield* Clock.currentTimeMillis)
    }),
  )

  const telemetry = TelemetryService.of({ trackEvent: (event) => Effect.sync(() => tally.observe(event)) })
  const services = PlanRunnerLive.pipe(
    Layer.provide(TargetHealthMemory),
    Layer.provide(Layer.succeed(TelemetryService, telemetry)),
    Layer.provide(Layer.succeed(ProviderRegistry, registryOf(simulation))),
    Layer.provide(configurationWith(overrides)),
  )
  const lasted = yield* allRuns.pipe(
    // Layers of its own: the health of the process's targets must not know of simulated failures.
    Effect.provide(services, { local: true }),
    Random.withSeed(seed),
    Effect.withTracerEnabled(false),
    inVirtualTime,
  )
  return { plan: plan.name, seed, runsPerSecond, faults, lasted, ...tally.sum() }
})

const withModels = ({ steps: [first, ...rest] }: Survey): Survey["plan"]["steps"] => [
  { ...first.step, ...first.target },
  ...rest.map(({ step, target }) => ({ ...step, ...target })),
]

/** As long as it is said to be, without a text that would have to be counted for every run. */
const promptOf = ({ inputTokens }: RequestSize): Prompt.Prompt =>
  Prompt.make([
    {
      role: "user",
      content: [{ type: "file", mediaType: "text/plain", data: new Uint8Array(inputTokens * 4) }],
    },
  ])

const configurationWith = (models: ModelOverrides): Layer.Layer<ConfigurationService> =>
  Layer.provide(
    layer,
    Layer.effect(
      ConfigurationSources,
      Effect.map(memorySettings, (settings) => ({
        settings,
        others: [],
        endpoints: Effect.succeed({}),
        models: Effect.succeed(models),
        plans: Effect.succeed({}),
      })),
    ),
  )

const registryOf = ({ survey, faults, size }: Simulation): ProviderRegistry["Service"] => {
  const known = survey.steps.filter(({ standing }) => standing._tag !== "UnknownProvider")
  const providers = new Map(
    known.map(({ target: { provider: key, model } }): readonly [string, Provider] => [
      key,
      {
        key,
        label: key,
        models: [],
        languageModel: scriptedModel({ provider: key, faults, size }),
        availability: Effect.succeed({ _tag: "Ready" }),
        configuredModel: Effect.succeed(undefined),
        defaultModel: model,
        fallbackModel: model,
        keyId: Effect.succeed("simulated"),
      },
    ]),
  )
  return {
    all: Effect.succeed([...providers.values()]),
    get: (key) => {
      const provider = providers.get(key)
      return provider === undefined
        ? Effect.fail(new AIConfigurationError({ message: `there is no provider "${key}"`, provider: key }))
        : Effect.succeed(provider)
    },
  }
}
