/** Runs plans over the registry's providers, with the health of their targets, and tells every run to telemetry. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { ConfigurationService } from "../../configuration"
import { TelemetryService } from "../../telemetry"
import { ProviderRegistry } from "../core/ProviderRegistry"
import { estimateTokens } from "../core/tokens"
import { estimatedUsage } from "./accounting"
import type { AiPlan, AiPlanStep } from "./AiPlan"
import { needsOf } from "./capability"
import { eventsOf } from "./eventSink"
import { TargetHealth } from "./health/TargetHealth"
import { makeLearnedFacts } from "./learnedFacts"
import type { PlanEventBody } from "./PlanEvent"
import { execute } from "./PlanExecutor"
import { PlanRunner, type RunRequest } from "./PlanRunner"
import { resolveStep } from "./resolveStep"
import type { Steps } from "./ResolvedStep"
import { makeRunId } from "./runId"
import type { RunSoFar } from "./runSoFar"
import { notRun } from "./runState"
import { errorLabel, telemetryOf, tracking } from "./telemetry"

export const PlanRunnerLive: Layer.Layer<
  PlanRunner,
  never,
  ConfigurationService | ProviderRegistry | TargetHealth | TelemetryService
> = Layer.effect(
  PlanRunner,
  Effect.gen(function* () {
    const registry = yield* ProviderRegistry
    const configuration = yield* ConfigurationService
    const health = yield* TargetHealth
    const telemetry = yield* TelemetryService
    const learned = makeLearnedFacts()
    const track = tracking(telemetry)

    /** The step with its model filled in: named, configured, or the default of its place in the plan. */
    const withModel = Effect.fnUntraced(function* (step: AiPlanStep, isPreferred: boolean) {
      yield* track("get_resolved_model_start", step.provider, step.model)
      const provider = yield* registry
        .get(step.provider)
        .pipe(
          Effect.tapError((error) =>
            track("get_resolved_model_unknown_provider", step.provider, error.message),
          ),
        )
      const fallback = isPreferred ? provider.defaultModel : provider.fallbackModel
      const model = step.model ?? (yield* provider.configuredModel) ?? fallback
      yield* track("get_resolved_model_success", provider.key, model)
      return { ...step, provider: provider.key, model }
    })

    /** A fallback that cannot be resolved is skipped when the run comes to it; the others can still answer. */
    const withModels = Effect.fnUntraced(
      function* (plan: AiPlan) {
        const [first, ...rest] = plan.steps
        const preferred = yield* withModel(first, true)
        const fallbacks = yield* Effect.forEach(rest, (step) =>
          Effect.catch(withModel(step, false), () => Effect.succeed(step)),
        )
        yield* track("ai_plan_built_successfully", preferred.provider, preferred.model)
        return plan.with({ steps: [preferred, ...fallbacks] })
      },
      Effect.tapError((error) => track("ai_plan_build_error", errorLabel(error))),
    )

    const stepsOf = ({ prompt, options = {} }: RunRequest, promptTokens: () => number): Steps => ({
      resolve: resolveStep({ registry, configuration, learned, prompt, options }),
      learn: learned.learn,
      estimate: (received, continuation) =>
        estimatedUsage({
          promptTokens: promptTokens() + estimateTokens(continuation?.text ?? ""),
          emittedText: received,
        }),
    })

    const start = Effect.fnUntraced(function* (request: RunRequest) {
      const { prompt, options = {}, soFar } = request
      const plan = yield* soFar === undefined ? built(request) : resumed(soFar)
      const needs = needsOf({ prompt, options })
      return execute({
        plan,
        needs,
        health,
        observe: observing(request),
        steps: stepsOf(request, needs.estimatedInputTokens),
        runId: soFar?.runId ?? request.runId ?? (yield* makeRunId),
        soFar,
      })
    })

    const built = ({ plan, onNotBuilt }: RunRequest) =>
      onNotBuilt === undefined ? withModels(plan) : Effect.tapError(withModels(plan), onNotBuilt)

    const resumed = ({ plan }: RunSoFar) =>
      Effect.as(track("run_resumed", plan.steps[0].provider, plan.steps[0].model), plan)

    const observing =
      ({ onFailed }: RunRequest) =>
      (body: PlanEventBody): Effect.Effect<void> | undefined => {
        const told = telemetryOf(body)
        const tracked = told === undefined ? undefined : telemetry.trackEvent(told)
        return body.type === "plan-failed" && onFailed !== undefined
          ? Effect.andThen(tracked ?? Effect.void, onFailed(body.error))
          : tracked
      }

    return PlanRunner.of({
      run: (request) =>
        Stream.unwrap(
          Effect.catch(start(request), (error) =>
            Effect.succeed(
              eventsOf({ observe: observing(request), run: () => Effect.succeed(notRun(error)) }),
            ),
          ),
        ),
    })
  }),
)
