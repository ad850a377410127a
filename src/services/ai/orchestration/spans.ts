/** Spans of a run, its steps and its attempts, under the GenAI semantic conventions of OpenTelemetry. */
import * as Effect from "effect/Effect"
import type { AiPlan } from "./AiPlan"
import type { Outcome } from "./attempt"
import type { Target } from "./PlanEvent"

type Wrap = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** Attribute names of the conventions (semconv 1.37, "Gen AI"), and ours where they have none. */
const name = {
  operation: "gen_ai.operation.name",
  provider: "gen_ai.provider.name",
  requestModel: "gen_ai.request.model",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  finishReasons: "gen_ai.response.finish_reasons",
  errorType: "error.type",
  status: "http.response.status_code",
  plan: "commander.plan.name",
  step: "commander.step",
  attempt: "commander.attempt",
} as const

/** A stack trace for every span costs more than the rest of a run, and its place in the code is always the same. */
const noTrace = { captureStackTrace: false }

export const runSpan =
  (plan: AiPlan): Wrap =>
  (effect) =>
    Effect.withSpan(effect, "commander.run", { ...noTrace, attributes: { [name.plan]: plan.name } })

export const stepSpan =
  (index: number, target: Target): Wrap =>
  (effect) =>
    Effect.withSpan(effect, `commander.step ${index}`, {
      ...noTrace,
      attributes: { [name.step]: index, ...targetAttributes(target) },
    })

/** Named as the conventions ask: `{operation} {model}`, of kind client. */
export const attemptSpan =
  (attempt: number, target: Target): Wrap =>
  (effect) =>
    Effect.withSpan(effect, `chat ${target.model}`, {
      ...noTrace,
      kind: "client",
      attributes: { [name.operation]: "chat", [name.attempt]: attempt, ...targetAttributes(target) },
    })

/** What is known only when the attempt has ended. */
export const endAttemptSpan = (outcome: Outcome): Effect.Effect<void> => {
  const { usage } = outcome
  return Effect.annotateCurrentSpan({
    ...(usage?.inputTokens === undefined ? {} : { [name.inputTokens]: usage.inputTokens }),
    ...(usage?.outputTokens === undefined ? {} : { [name.outputTokens]: usage.outputTokens }),
    ...(outcome._tag === "Answered"
      ? { [name.finishReasons]: [outcome.finishReason] }
      : errorAttributes(outcome.error)),
  })
}

const targetAttributes = ({ provider, model }: Target) => ({
  [name.provider]: provider,
  [name.requestModel]: model,
})

const errorAttributes = (error: Extract<Outcome, { _tag: "Failed" }>["error"]) => ({
  [name.errorType]: error._tag === "AIProviderError" ? error.reason : error._tag,
  ...(error._tag === "AIProviderError" && error.status !== undefined ? { [name.status]: error.status } : {}),
})
