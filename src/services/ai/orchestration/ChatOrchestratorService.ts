/** Runs every turn of a chat as a plan: the preferred provider with retries, then its fallbacks. */
import type * as Prompt from "effect/ai/Prompt"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { TelemetryService, type Action } from "../../telemetry"
import { toPrompt } from "../core/AgentChatMessage"
import type { AiError } from "../core/AgentLanguageModel"
import { firstPartLimit } from "../core/models"
import { ProviderRegistry, type Availability } from "../core/ProviderRegistry"
import { AiPlan, type AiPlanStep } from "./AiPlan"
import { ChatOrchestratorService, type ChatRequest } from "./ChatOrchestratorTag"
import { endingWithTerminal } from "./endingWithTerminal"
import type { PlanEvent } from "./PlanEvent"
import { execute, type ResolvedStep } from "./PlanExecutor"
import { flawOf } from "./requestLimits"
import { answerText, textChunks } from "./projections"
import { errorLabel, telling } from "./telemetry"

export { PreferredProviderConfig } from "./AiPlan"
export { ChatOrchestratorService, ChatRequest } from "./ChatOrchestratorTag"

export const ChatOrchestratorServiceLive: Layer.Layer<
  ChatOrchestratorService,
  never,
  ProviderRegistry | TelemetryService
> = Layer.effect(
  ChatOrchestratorService,
  Effect.gen(function* () {
    const registry = yield* ProviderRegistry
    const telemetry = yield* TelemetryService
    const track = (action: Action, label?: string, value?: string) =>
      telemetry.trackEvent({
        category: "orchestrator",
        action,
        ...(label === undefined ? {} : { label }),
        ...(value === undefined ? {} : { value }),
      })

    /** The step with its model filled in: named, configured, or the default of its place in the plan. */
    const resolveModel = Effect.fnUntraced(function* (step: AiPlanStep, isPreferred: boolean) {
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

    const buildPlan = Effect.fnUntraced(
      function* (request: ChatRequest) {
        const flaw = flawOf(request)
        if (flaw !== undefined) return yield* flaw
        const { preferredProvider, plan } = request
        const chosen = plan ?? AiPlan.fromPreferred(preferredProvider, yield* readyProviders)
        const [first, ...rest] = chosen.steps
        const resolved = chosen.withSteps([
          yield* resolveModel(first, true),
          // A fallback that cannot be resolved is skipped when the run comes to it; the others can still answer.
          ...(yield* Effect.forEach(rest, (step) =>
            Effect.catch(resolveModel(step, false), () => Effect.succeed(step)),
          )),
        ])
        yield* track("ai_plan_built_successfully", resolved.steps[0].provider, resolved.steps[0].model)
        return resolved
      },
      Effect.tapError((error) => track("ai_plan_build_error", errorLabel(error))),
    )

    const readyProviders = Effect.gen(function* () {
      const providers = yield* registry.all
      const ready = yield* Effect.filter(providers, ({ availability }) =>
        Effect.map(availability, ({ _tag }) => _tag === "Ready"),
      )
      return new Set(ready.map(({ key }) => key))
    })

    const resolveStep =
      (request: ChatRequest, prompt: Prompt.Prompt) =>
      (step: AiPlanStep): Effect.Effect<ResolvedStep> =>
        Effect.gen(function* () {
          const provider = yield* registry.get(step.provider)
          const availability = yield* provider.availability
          if (availability._tag === "MissingKey") return skippedFor(provider.label, availability)
          const target = { provider: provider.key, model: step.model ?? provider.defaultModel }
          return {
            _tag: "Usable" as const,
            target,
            ask: () => provider.languageModel.streamText({ ...request.options, prompt, model: target.model }),
            firstPart: firstPartLimit(target.provider, target.model),
          }
        }).pipe(
          Effect.catch((error) =>
            Effect.succeed({
              _tag: "Skipped" as const,
              reason: {
                message: error.message,
                ...(error.keyName === undefined ? {} : { keyName: error.keyName }),
              },
            }),
          ),
        )

    const events = (request: ChatRequest): Stream.Stream<PlanEvent, AiError> =>
      Stream.unwrap(
        Effect.map(buildPlan(request), (plan) =>
          execute({ plan, resolve: resolveStep(request, toPrompt(request.messages)) }),
        ),
      )

    /** A run from its start, with every event told to telemetry. The names say which method asked for it. */
    const tracked = (
      { start, notBuilt, failed }: RunActions,
      request: ChatRequest,
    ): Stream.Stream<PlanEvent> =>
      Stream.unwrap(
        Effect.as(
          track(start, request.preferredProvider.key, request.preferredProvider.modelName),
          events(request).pipe(
            Stream.tapError((error) =>
              notBuilt === undefined ? Effect.void : track(notBuilt, errorLabel(error)),
            ),
            endingWithTerminal,
            telling(telemetry),
            Stream.tap((event) =>
              event.type === "plan-failed" ? track(failed, errorLabel(event.error)) : Effect.void,
            ),
          ),
        ),
      )

    return ChatOrchestratorService.of({
      runPlan: (request) => tracked(streaming, request),
      streamConversation: (request) => textChunks(tracked(streaming, request)),
      generateConversationResponse: (request) => answerText(tracked(generating, request)),
    })
  }),
)

interface RunActions {
  readonly start: Action
  /** The plan could not be built, so the stream of its events failed when it was unwrapped. */
  readonly notBuilt?: Action
  readonly failed: Action
}

const streaming: RunActions = {
  start: "stream_conversation_start",
  notBuilt: "stream_conversation_error_unwrap",
  failed: "stream_conversation_error_final",
}

const generating: RunActions = {
  start: "generate_conversation_start",
  failed: "generate_conversation_error",
}

const skippedFor = (
  label: string,
  { keyName }: Extract<Availability, { readonly _tag: "MissingKey" }>,
): ResolvedStep => ({ _tag: "Skipped", reason: { message: `${label} has no key: set ${keyName}`, keyName } })
